import { describe, expect, it } from 'vitest';
import { parseJson } from '../../json/parse-json.js';
import {
  anyJson,
  anyObject,
  dict,
  integer,
  jsonText,
  lenientModel,
  list,
  literal,
  MAX_ISSUES,
  nonEmptyString,
  required,
  type Schema,
  string,
  taggedUnion,
  trimmedDict,
  union,
  uniqueList,
} from '../index.js';

function issuesOf(schema: Schema<unknown>, text: string): string[] {
  const outcome = schema.validate(parseJson(text), ['body']);
  return outcome.ok ? [] : outcome.issues.map(({ type, loc, msg }) => `${type} ${loc.join('.')}: ${msg}`);
}

describe('a list', () => {
  it('reports every bad item, and its length only when all are fine', () => {
    expect(issuesOf(list(integer(), { minItems: 3 }), '[1,"x",null]')).toEqual([
      'int_parsing body.1: Input should be a valid integer, unable to parse string as an integer',
      'int_type body.2: Input should be a valid integer',
    ]);
    expect(issuesOf(list(integer(), { minItems: 1 }), '[]')).toEqual([
      'too_short body: List should have at least 1 item after validation, not 0',
    ]);
    expect(list(integer(), { minItems: 2, calledInTexts: 'Value' }).validate([1], ['body'])).toMatchObject({
      issues: [
        {
          msg: 'Value should have at least 2 items after validation, not 1',
          ctx: { field_type: 'Value', min_length: 2, actual_length: 1 },
        },
      ],
    });
    expect(issuesOf(list(integer()), '{}')).toEqual(['list_type body: Input should be a valid list']);
  });

  it('of a million bad items is refused with a bounded number of issues', () => {
    const bad = new Array<null>(1_000_000).fill(null);
    const outcome = list(union<number | string>(['int', integer()], ['str', string()])).validate(bad, ['body']);
    expect(outcome.ok ? 0 : outcome.issues.length).toBe(MAX_ISSUES);
  });

  it('finds repetitions among the accepted items', () => {
    expect(issuesOf(uniqueList(nonEmptyString()), '["a"," a "]')).toEqual(['value_error body: Value error, List has repetitions']);
    expect(issuesOf(uniqueList(integer()), '[1,2]')).toEqual([]);
  });
});

describe('an object with keys of the sender', () => {
  it('yields a map with trimmed keys in their order', () => {
    const outcome = trimmedDict(anyJson()).validate(parseJson('{" b ":1,"10":2,"__proto__":3}'), []);
    expect(outcome).toEqual({ ok: true, value: new Map(Object.entries({ b: 1 })).set('10', 2).set('__proto__', 3) });
    expect(outcome.ok && [...outcome.value.keys()]).toEqual(['b', '10', '__proto__']);
  });

  it('refuses empty and equal keys in the words of Python', () => {
    expect(issuesOf(trimmedDict(anyJson()), '{" ":1,"a":2}')).toEqual(["value_error body: Value error, Empty string in ['', 'a']."]);
    expect(issuesOf(trimmedDict(anyJson()), '{"a":1.0," a ":true}')).toEqual([
      "value_error body: Value error, Dictionary contains multiple identical keys: '{'a': 1.0, ' a ': True}'.",
    ]);
    expect(issuesOf(trimmedDict(anyJson()), '[]')).toEqual(['dict_type body: Input should be a valid dictionary']);
  });

  it('may have a rule for its keys', () => {
    expect(issuesOf(dict(literal('3.9'), string()), '{"3.8":"x","3.9":1}')).toEqual([
      "literal_error body.3.8.[key]: Input should be '3.9'",
      'string_type body.3.9: Input should be a valid string',
    ]);
    expect(dict(integer(), string()).validate(parseJson('{"-1":"x"}'), [])).toEqual({ ok: true, value: new Map([[-1, 'x']]) });
  });
});

describe('anything', () => {
  it('is kept as it came, but for text that cannot be stored', () => {
    const value = parseJson('{"a":[1.0,null,{" b ":1}]}');
    expect(anyObject().validate(value, [])).toEqual({ ok: true, value });
    expect(issuesOf(anyJson(), '{"a":[{"b":"\\u0000"}]}')).toEqual(['string_unicode body.a.0.b: String should not contain NUL characters']);
    expect(issuesOf(anyObject(), '{"\\ud800":1}')).toEqual(['string_unicode body.\ud800: String should not contain lone surrogates']);
    expect(issuesOf(anyObject(), '3')).toEqual(['dict_type body: Input should be a valid dictionary']);
  });
});

describe('a union', () => {
  it('takes the first branch that fits, else reports all with their labels', () => {
    const either = union<number | string>(['int', integer({ gt: 5 })], ['str', string({ minLength: 2 })]);
    expect(either.validate('7', [])).toEqual({ ok: true, value: 7 });
    expect(either.validate('ab', [])).toEqual({ ok: true, value: 'ab' });
    expect(issuesOf(either, '"1"')).toEqual([
      'greater_than body.int: Input should be greater than 5',
      'string_too_short body.str: String should have at least 2 characters',
    ]);
  });

  it('told apart by a tag puts the tag into the place', () => {
    const tagged = taggedUnion(
      { field: 'type', tagInTexts: (tag) => `<${tag}>` },
      {
        a: lenientModel('A', { type: required(literal('a')), x: required(integer()) }),
        b: lenientModel('B', { type: required(literal('b')) }),
      },
    );
    expect(tagged.validate(parseJson('{"type":"a","x":1,"y":2}'), [])).toEqual({ ok: true, value: { type: 'a', x: 1 } });
    expect(issuesOf(tagged, '{"type":"a"}')).toEqual(['missing body.a.x: Field required']);
    const notFound = 'union_tag_not_found body: Unable to extract tag using discriminator get_discriminator_value()';
    for (const text of ['{}', '{"type":null}', '[]', '3']) expect(issuesOf(tagged, text)).toEqual([notFound]);
    expect(tagged.validate(parseJson('{"type":5}'), ['body'])).toMatchObject({
      issues: [
        {
          type: 'union_tag_invalid',
          loc: ['body'],
          msg: "Input tag '5' found using get_discriminator_value() does not match any of the expected tags: <a>, <b>",
          ctx: { discriminator: 'get_discriminator_value()', tag: '5', expected_tags: '<a>, <b>' },
        },
      ],
    });
  });
});

describe('a field of JSON text', () => {
  const pins = jsonText(trimmedDict(nonEmptyString()));

  it('is judged by its value', () => {
    expect(pins.validate('{"numpy": "1.26"}', [])).toEqual({ ok: true, value: new Map([['numpy', '1.26']]) });
    expect(issuesOf(pins, '"{\\"a\\":1}"')).toEqual(['string_type body.a: Input should be a valid string']);
    expect(issuesOf(pins, '5')).toEqual(['json_type body: JSON input should be string, bytes or bytearray']);
  });

  it.each([
    ['x', 'expected value at line 1 column 1'],
    ['', 'EOF while parsing a value at line 1 column 0'],
    ['{"a":', 'EOF while parsing a value at line 1 column 5'],
    ['"a', 'EOF while parsing a string at line 1 column 2'],
    ['\n\nx', 'expected value at line 3 column 1'],
    ['{1:2}', 'key must be a string at line 1 column 2'],
    ['1 2', 'trailing characters at line 1 column 3'],
  ])('explains %j', (text, why) => {
    expect(pins.validate(text, ['body', 'pins'])).toMatchObject({
      issues: [{ type: 'json_invalid', loc: ['body', 'pins'], msg: `Invalid JSON: ${why}`, input: text, ctx: { error: why } }],
    });
  });

  it('may not nest without end', () => {
    expect(issuesOf(pins, JSON.stringify('['.repeat(100_000)))).toEqual([
      'json_invalid body: Invalid JSON: recursion limit exceeded at line 1 column 1',
    ]);
  });
});
