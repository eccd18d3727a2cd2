import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../json/parse-json.js';
import { boolean, enumOf, float, integer, literal, nonEmptyString, nothing, type Schema, string } from '../index.js';

/** The accepted value, or the type of the only issue. */
function judge(schema: Schema<unknown>, text: string): unknown {
  const outcome = schema.validate(parseJson(text), ['body']);
  return outcome.ok ? outcome.value : outcome.issues.map(({ type }) => type).join();
}

describe('an integer', () => {
  it.each([
    ['3', 3],
    ['3.0', 3],
    ['-0.0', 0],
    ['true', 1],
    ['"3"', 3],
    ['"+3"', 3],
    ['"-3"', -3],
    ['" 3\\n"', 3],
    ['"\\u00a03"', 3],
    ['"03"', 3],
    ['"3.00"', 3],
    ['"1_000"', 1000],
    ['-2147483648', -2147483648],
  ])('accepts %s', (text, value) => {
    expect(judge(integer(), text)).toBe(value);
  });

  it.each([
    ['"x"', 'int_parsing'],
    ['""', 'int_parsing'],
    ['"3."', 'int_parsing'],
    ['".0"', 'int_parsing'],
    ['"3.1"', 'int_parsing'],
    ['"1e0"', 'int_parsing'],
    ['"0x1"', 'int_parsing'],
    ['"1__0"', 'int_parsing'],
    ['"_1"', 'int_parsing'],
    ['"1_"', 'int_parsing'],
    ['"- 3"', 'int_parsing'],
    ['"\\u0661"', 'int_parsing'],
    [`"${'9'.repeat(5000)}"`, 'int_parsing_size'],
    ['1.5', 'int_from_float'],
    ['null', 'int_type'],
    ['[]', 'int_type'],
    ['{}', 'int_type'],
    ['2147483648', 'less_than_equal'],
    ['-2147483649', 'greater_than_equal'],
    ['12345678901234567890', 'less_than_equal'],
    ['1e300', 'less_than_equal'],
    ['"12345678901234567890"', 'less_than_equal'],
  ])('refuses %s', (text, type) => {
    expect(judge(integer(), text)).toBe(type);
  });

  it('names its bound', () => {
    expect(integer({ gt: 0 }).validate(0, ['body', 'n'])).toEqual({
      ok: false,
      issues: [{ type: 'greater_than', loc: ['body', 'n'], msg: 'Input should be greater than 0', input: 0, ctx: { gt: 0 } }],
    });
    expect(integer({ ge: 0 }).validate('-1', [])).toMatchObject({
      issues: [{ type: 'greater_than_equal', msg: 'Input should be greater than or equal to 0', input: '-1', ctx: { ge: 0 } }],
    });
  });

  it('reads every integer of PostgreSQL from each of its forms', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        for (const form of [`${value}`, `${value}.0`, `"${value}"`, `" ${value} "`, `"${value}.000"`])
          expect(judge(integer(), form)).toBe(value);
      }),
    );
  });
});

describe('a boolean', () => {
  it.each(['true', '1', '1.0', '"1"', '"on"', '"t"', '"True"', '"y"', '"YES"'])('takes %s for true', (text) => {
    expect(judge(boolean(), text)).toBe(true);
  });

  it.each(['false', '0', '0.0', '"0"', '"off"', '"F"', '"false"', '"n"', '"no"'])('takes %s for false', (text) => {
    expect(judge(boolean(), text)).toBe(false);
  });

  it.each([
    ['2', 'bool_parsing'],
    ['2.0', 'bool_parsing'],
    ['"maybe"', 'bool_parsing'],
    ['""', 'bool_parsing'],
    ['" true"', 'bool_parsing'],
    ['0.5', 'bool_type'],
    ['12345678901234567890', 'bool_type'],
    ['null', 'bool_type'],
    ['[]', 'bool_type'],
  ])('refuses %s', (text, type) => {
    expect(judge(boolean(), text)).toBe(type);
  });
});

describe('a float', () => {
  it.each([
    ['1', 1],
    ['1.0', 1],
    ['true', 1],
    ['" 1_0.5 "', 10.5],
    ['".5"', 0.5],
    ['"1e3"', 1000],
  ])('accepts %s', (text, value) => {
    expect(judge(float(), text)).toBe(value);
  });

  it.each([
    ['"x"', 'float_parsing'],
    ['""', 'float_parsing'],
    ['"0x1"', 'float_parsing'],
    ['"nan"', 'float_parsing'],
    ['"1e400"', 'finite_number'],
    ['null', 'float_type'],
  ])('refuses %s', (text, type) => {
    expect(judge(float(), text)).toBe(type);
  });
});

describe('a string', () => {
  it('accepts nothing but strings, whatever a model would coerce', () => {
    for (const text of ['1', '1.0', 'true', 'null', '[]', '{}']) expect(judge(string(), text)).toBe('string_type');
  });

  it('is trimmed of every Unicode blank where asked', () => {
    expect(judge(nonEmptyString(), '"\\u0085\\u3000\\u2028 a b\\t\\u00a0"')).toBe('a b');
    expect(judge(nonEmptyString(), '"\\ufeffa"')).toBe('\ufeffa');
    expect(judge(nonEmptyString(), '" \\n "')).toBe('string_too_short');
    expect(judge(string(), '" a "')).toBe(' a ');
  });

  it('counts characters, not UTF-16 units', () => {
    expect(judge(string({ maxLength: 2 }), '"\\ud83d\\ude00\\ud83d\\ude00"')).toBe('\u{1f600}\u{1f600}');
    expect(judge(string({ maxLength: 1 }), '"\\ud83d\\ude00\\ud83d\\ude00"')).toBe('string_too_long');
    expect(judge(string({ minLength: 2 }), '"\\ud83d\\ude00"')).toBe('string_too_short');
  });

  it.each(['"a\\u0000"', '"\\ud800"', '"\\udc00\\ud800"'])('cannot be %s, which cannot be stored', (text) => {
    expect(judge(string(), text)).toBe('string_unicode');
  });

  it('tells its pattern', () => {
    expect(string({ pattern: /^([a-z/]+)$/, patternText: '^([a-z/]+)$' }).validate('A', [])).toMatchObject({
      issues: [{ type: 'string_pattern_mismatch', msg: "String should match pattern '^([a-z/]+)$'", ctx: { pattern: '^([a-z/]+)$' } }],
    });
  });
});

describe('a choice', () => {
  it('names its members in their order', () => {
    expect(enumOf('Permissions', ['r', 'rw', 'rwx']).validate('R', [])).toMatchObject({
      issues: [{ type: 'enum', msg: "Input should be 'r', 'rw' or 'rwx'", ctx: { expected: "'r', 'rw' or 'rwx'" } }],
    });
    expect(literal('2').validate(2, [])).toMatchObject({ issues: [{ type: 'literal_error', msg: "Input should be '2'" }] });
    expect(judge(literal('a', 'b'), '"b"')).toBe('b');
  });

  it('of nothing accepts only null', () => {
    expect(judge(nothing(), 'null')).toBe(null);
    expect(judge(nothing(), '""')).toBe('none_required');
  });
});
