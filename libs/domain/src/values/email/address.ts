import { trimBlanks } from '../../validation/scalars/trim.js';
import { listCharacters } from './characters.js';
import { domainFault, normalizeDomain } from './domain.js';

/** The normalised address, or why the text is none. */
export type AddressResult = { readonly address: string } | { readonly reason: string };

const MAX_TEXT_LENGTH = 2048;
const MAX_ADDRESS_BYTES = 254;
const DISPLAY_FORM = /^(?:[\p{L}\p{N}_!#$%&'*+\-/=?^`{|}~\s]*|"[^"]*"\s*)<([^<>]+)>\s*$/u;

/** What may stand before the @-sign besides periods: the ASCII atoms of mail, and everything outside ASCII. */
const ATOM_CHARACTER = /[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~\u0080-\u{10ffff}]/u;

/** Reads an address, alone or as `Name <address>`. No DNS is asked (contract: auth-admin 2.6). */
export function readAddress(text: string): AddressResult {
  if (text.length > MAX_TEXT_LENGTH) return { reason: `Length must not exceed ${MAX_TEXT_LENGTH} characters` };
  const address = trimBlanks(DISPLAY_FORM.exec(text)?.[1] ?? text);
  const isQuoted = address.startsWith('"');
  const at = isQuoted ? address.indexOf('@', address.lastIndexOf('"')) : address.indexOf('@');
  if (at < 0) return { reason: 'An email address must have an @-sign.' };
  if (isQuoted) return { reason: 'Quoting the part before the @-sign is not allowed here.' };
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  const reason = localPartFault(local) ?? domainFault(domain);
  if (reason !== undefined) return { reason };
  const normalized = `${local.normalize('NFC')}@${normalizeDomain(domain)}`;
  const surplus = new TextEncoder().encode(normalized).length - MAX_ADDRESS_BYTES;
  if (surplus > 0) return { reason: `The email address is too long (${surplus} character${surplus === 1 ? '' : 's'} too many).` };
  return { address: normalized };
}

function localPartFault(local: string): string | undefined {
  if (local === '') return 'There must be something before the @-sign.';
  const bad = [...new Set(local)].filter((character) => character !== '.' && !ATOM_CHARACTER.test(character));
  if (bad.length > 0) return `The email address contains invalid characters before the @-sign: ${listCharacters(bad)}.`;
  if (local.endsWith('.')) return 'An email address cannot have a period immediately before the @-sign.';
  if (local.startsWith('.')) return 'An email address cannot start with a period.';
  if (local.includes('..')) return 'An email address cannot have two periods in a row.';
  const unsafe = [...new Set(local)].filter((character) => /[\p{C}\p{Z}]/u.test(character));
  if (/^\p{M}/u.test(local)) unsafe.unshift(local.slice(0, 1));
  return unsafe.length > 0 ? `The email address contains unsafe characters: ${listCharacters(unsafe)}.` : undefined;
}
