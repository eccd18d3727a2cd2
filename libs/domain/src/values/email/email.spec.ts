import { describe, expect, it } from 'vitest';
import { email } from '../../index.js';

function judge(text: string): string {
  const outcome = email().validate(text, []);
  return outcome.ok ? outcome.value : outcome.issues.map(({ msg }) => msg.replace('value is not a valid email address: ', '')).join();
}

describe('an e-mail address', () => {
  it.each([
    [' A@B.Org ', 'A@b.org'],
    ['Name <a@b.ORG>', 'a@b.org'],
    ['"Name, X" <a@b.org>', 'a@b.org'],
    ['<a@b.org>', 'a@b.org'],
    ['a@b.example', 'a@b.example'],
    ["a+b'c@c.org", "a+b'c@c.org"],
    ['e\u0301@b.org', '\u00e9@b.org'],
    ['a@\u00dc.org', 'a@\u00fc.org'],
    ['a@xn--tda.org', 'a@\u00fc.org'],
    [`${'a'.repeat(70)}@b.org`, `${'a'.repeat(70)}@b.org`],
  ])('%j becomes %j', (text, address) => {
    expect(judge(text)).toBe(address);
  });

  it.each([
    ['x', 'An email address must have an @-sign.'],
    ['', 'An email address must have an @-sign.'],
    ['@b.org', 'There must be something before the @-sign.'],
    ['a@', 'There must be something after the @-sign.'],
    ['a@b', 'The part after the @-sign is not valid. It should have a period.'],
    ['a@b.123', 'The part after the @-sign is not valid. It is not within a valid top-level domain.'],
    ['a@b.test', 'The part after the @-sign is a special-use or reserved name that cannot be used with email.'],
    ['a@x.LOCAL', 'The part after the @-sign is a special-use or reserved name that cannot be used with email.'],
    ['a@[1.2.3.4]', 'A bracketed IP address after the @-sign is not allowed here.'],
    ['a@b@c.org', "The part after the @-sign contains invalid characters: '@'."],
    ['a@b c.org', 'The part after the @-sign contains invalid characters: SPACE.'],
    ['a@b_c.org', "The part after the @-sign contains invalid characters: '_'."],
    ['a b@c.org', 'The email address contains invalid characters before the @-sign: SPACE.'],
    ['a..b@c.org', 'An email address cannot have two periods in a row.'],
    ['.a@c.org', 'An email address cannot start with a period.'],
    ['a.@c.org', 'An email address cannot have a period immediately before the @-sign.'],
    ['a@.org', 'An email address cannot have a period immediately after the @-sign.'],
    ['a@b.', 'An email address cannot end with a period.'],
    ['a@b-.org', 'An email address cannot have a period and a hyphen next to each other.'],
    ['"a b"@c.org', 'Quoting the part before the @-sign is not allowed here.'],
    [`a@${'b'.repeat(64)}.org`, 'After the @-sign, periods cannot be separated by so many characters (1 character too many).'],
    [`${'a'.repeat(250)}@b.org`, 'The email address is too long (2 characters too many).'],
    ['a'.repeat(3000), 'Length must not exceed 2048 characters'],
  ])('%j is none: %s', (text, reason) => {
    expect(judge(text)).toBe(reason);
  });

  it('carries its reason as context', () => {
    const reason = 'An email address must have an @-sign.';
    expect(email().validate('x', ['query', 'email'])).toEqual({
      ok: false,
      issues: [
        {
          type: 'value_error',
          loc: ['query', 'email'],
          msg: `value is not a valid email address: ${reason}`,
          input: 'x',
          ctx: { reason },
        },
      ],
    });
  });
});
