import { domainToASCII, domainToUnicode } from 'node:url';
import { listCharacters } from './characters.js';

/** Names that never receive mail (RFC 6761 and others); `.example` is allowed by the contract. */
const SPECIAL_USE_NAMES = ['arpa', 'invalid', 'local', 'localhost', 'onion', 'test'];

const MAX_DOMAIN_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/** Why a text cannot be the part after the @-sign, or undefined. */
export function domainFault(domain: string): string | undefined {
  if (domain === '') return 'There must be something after the @-sign.';
  if (domain.startsWith('[') && domain.endsWith(']')) return 'A bracketed IP address after the @-sign is not allowed here.';
  if (domain.length > MAX_DOMAIN_LENGTH) {
    return `The email address is too long after the @-sign ${surplus(domain.length - MAX_DOMAIN_LENGTH)}.`;
  }
  const bad = [...new Set(domain)].filter(
    (character) => !/[a-zA-Z0-9.\-\u0080-\u{10ffff}]/u.test(character) || /[\p{C}\p{Z}]/u.test(character),
  );
  if (bad.length > 0) return `The part after the @-sign contains invalid characters: ${listCharacters(bad)}.`;
  return dotFault(domain) ?? nameFault(asciiOf(domain));
}

/** The domain in lower case, Punycode given back in Unicode. The domain must be free of faults. */
export function normalizeDomain(domain: string): string {
  return domainToUnicode(asciiOf(domain));
}

/** The Punycode form in lower case, empty where there is none. Plain ASCII needs no conversion, which would read `b.123` as an IP address. */
function asciiOf(domain: string): string {
  return /^[a-zA-Z0-9.-]*$/.test(domain) ? domain.toLowerCase() : domainToASCII(domain);
}

function dotFault(domain: string): string | undefined {
  for (const [sign, name] of [
    ['.', 'period'],
    ['-', 'hyphen'],
  ] as const) {
    if (domain.endsWith(sign)) return `An email address cannot end with a ${name}.`;
    if (domain.startsWith(sign)) return `An email address cannot have a ${name} immediately after the @-sign.`;
    if (domain.includes('..')) return 'An email address cannot have two periods in a row.';
  }
  if (domain.includes('.-') || domain.includes('-.')) return 'An email address cannot have a period and a hyphen next to each other.';
  const hasReservedHyphens = domain.split('.').some((label) => /^(?!xn)..--/i.test(label));
  return hasReservedHyphens
    ? 'An email address cannot have two letters followed by two dashes immediately after the @-sign or after a period, except Punycode.'
    : undefined;
}

function nameFault(ascii: string): string | undefined {
  if (ascii === '') return 'The part after the @-sign is invalid.';
  const longest = Math.max(...ascii.split('.').map((label) => label.length));
  if (longest > MAX_LABEL_LENGTH) {
    return `After the @-sign, periods cannot be separated by so many characters ${surplus(longest - MAX_LABEL_LENGTH)}.`;
  }
  if (!ascii.includes('.')) return 'The part after the @-sign is not valid. It should have a period.';
  if (!/[A-Za-z]$/.test(ascii)) return 'The part after the @-sign is not valid. It is not within a valid top-level domain.';
  const isSpecial = SPECIAL_USE_NAMES.some((name) => ascii === name || ascii.endsWith(`.${name}`));
  return isSpecial ? 'The part after the @-sign is a special-use or reserved name that cannot be used with email.' : undefined;
}

function surplus(count: number): string {
  return `(${count} character${count === 1 ? '' : 's'} too many)`;
}
