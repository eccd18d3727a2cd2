import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeJsonText,
  findUnstorableText,
  formatPythonFloat,
  type Json,
  JsonFloat,
  jsonFloat,
  jsonInteger,
  JsonSyntaxError,
  MAX_JSON_DEPTH,
  parseJson,
  pythonEquals,
  pythonKey,
  stringifyJson,
  toJson,
  UnreadableJsonError,
} from '../index.js';

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.string({ unit: 'binary' }),
  fc.bigInt().map(jsonInteger),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(jsonFloat),
);
const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', '1', '10', '2', ''), fc.string());
const json = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
})).json;

function parserError(text: string): { message: string; offset: number } {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { message: error.message, offset: error.offset };
    throw error;
  }
  throw new Error('parsed');
}

describe('the JSON codec', () => {
  it('gives back every value that it wrote', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(parseJson(stringifyJson(value))).toStrictEqual(value);
      }),
    );
  });

  it.each([
    '[1,1.0,1000.0,1e+16,1e-05,0.0001,-0.0,0.1]',
    '12345678901234567890',
    '-12345678901234567890',
    '{"b":1,"a":2,"10":3,"9":4,"__proto__":{"x":5}}',
    '"\u00e9\u2028\u{1f600}\\u0000\\u001f\u007f\\"\\\\/"',
    '{}',
    '[]',
  ])('keeps %s as it is', (text) => {
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it.each([
    ['1e3', '1000.0'],
    ['1E400'.replace('400', '22'), '1e+22'],
    ['1e-400', '0.0'],
    ['-0', '0'],
    ['1.10', '1.1'],
    [' [ 1 , 2 ] ', '[1,2]'],
    ['"\\u00e9\\/"', '"\u00e9/"'],
    ['"\\ud83d\\ude00"', '"\u{1f600}"'],
  ])('reads %s as %s', (text, written) => {
    expect(stringifyJson(parseJson(text))).toBe(written);
  });

  it('lets the last of equal keys win, in the place of the first', () => {
    expect(stringifyJson(parseJson('{"a":1,"b":2,"a":3}'))).toBe('{"a":3,"b":2}');
  });

  it('writes lone surrogates as escapes, so that the bytes stay valid', () => {
    expect(stringifyJson('\ud800x')).toBe('"\\ud800x"');
    expect(parseJson('"\\ud800x"')).toBe('\ud800x');
  });

  it('writes plain objects without their undefined fields', () => {
    expect(stringifyJson({ b: 1, a: undefined, c: [new Map([['x', null]])] })).toBe('{"b":1,"c":[{"x":null}]}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, new JsonFloat(Number.NEGATIVE_INFINITY)])('refuses to write %s', (value) => {
    expect(() => stringifyJson([value])).toThrow(RangeError);
  });

  it('agrees with the built-in parser on what is JSON and what it means', () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(splice));
    fc.assert(
      fc.property(text, (candidate) => {
        expect(outcomeOf(() => JSON.parse(stringifyJson(parseJson(candidate))))).toEqual(outcomeOf(() => nativeParse(candidate)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', 'Expecting value', 0],
    ['x', 'Expecting value', 0],
    ['  nul', 'Expecting value', 2],
    ['{', 'Expecting property name enclosed in double quotes', 1],
    ['{"a":1,}', 'Expecting property name enclosed in double quotes', 7],
    ["{'a':1}", 'Expecting property name enclosed in double quotes', 1],
    ['{"a" 1}', "Expecting ':' delimiter", 5],
    ['{"a":}', 'Expecting value', 5],
    ['{"a":1 "b":2}', "Expecting ',' delimiter", 7],
    ['[1 2]', "Expecting ',' delimiter", 3],
    ['[1,]', 'Expecting value', 3],
    ['[1', "Expecting ',' delimiter", 2],
    ['1 2', 'Extra data', 2],
    ['01', 'Extra data', 1],
    ['1.', 'Extra data', 1],
    ['-', 'Expecting value', 0],
    ['"a', 'Unterminated string starting at', 0],
    ['["\n"]', 'Invalid control character at', 2],
    ['"\\x"', 'Invalid \\escape', 1],
    ['"\\u12g4"', 'Invalid \\uXXXX escape', 2],
    ['NaN', 'Expecting value', 0],
    ['-Infinity', 'Expecting value', 0],
    ['[1e400]', 'Number out of range', 1],
    ['{"\u{1f600}":x}', 'Expecting value', 5],
    ['\ufeff{}', 'Unexpected UTF-8 BOM (decode using utf-8-sig)', 0],
  ])('explains %j as Python does', (text, message, offset) => {
    expect(parserError(text)).toEqual({ message, offset });
  });

  it('refuses to go deeper than its limit', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(stringifyJson(parseJson(nested(MAX_JSON_DEPTH)))).toBe(nested(MAX_JSON_DEPTH));
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow(UnreadableJsonError);
    expect(() => parseJson('{"a":'.repeat(1_000_000))).toThrow(UnreadableJsonError);
  });

  it('reads keys that share a slot of its cache', () => {
    const keys = Array.from({ length: 2000 }, (_, index) => `key${index % 700}`);
    const text = `[${keys.map((name) => `{"${name}":1}`).join(',')}]`;
    expect(stringifyJson(parseJson(text))).toBe(text);
  });
});

describe('decoding of bodies', () => {
  const text = '{"a":"\u00e9\u{1f600}"}';
  const utf16 = Buffer.from(text, 'utf16le');
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 little-endian', utf16],
    ['UTF-16 little-endian with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
    ['UTF-16 big-endian', Buffer.from(utf16).swap16()],
    ['UTF-16 big-endian with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()])],
    ['UTF-32 little-endian', utf32(text, 'LE')],
    ['UTF-32 big-endian', utf32(text, 'BE')],
    ['UTF-32 little-endian with a mark', utf32(`\ufeff${text}`, 'LE')],
  ])('understands %s', (_, bytes) => {
    expect(decodeJsonText(bytes)).toBe(text);
  });

  it.each([
    ['broken UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['half a character of UTF-32', utf32(text, 'LE').subarray(0, 6)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeJsonText(bytes)).toThrow(UnreadableJsonError);
  });
});

describe('equality as Python has it', () => {
  it('takes numbers by value and objects without order', () => {
    expect(pythonEquals(parseJson('[1,true,{"a":1,"b":2}]'), parseJson('[1.0,1,{"b":2.0,"a":true}]'))).toBe(true);
    expect(pythonEquals(9007199254740993n, new JsonFloat(9007199254740992))).toBe(false);
    expect(pythonEquals(parseJson('{"a":1}'), parseJson('{"a":1,"b":1}'))).toBe(false);
    expect(pythonEquals('1', 1)).toBe(false);
    expect(pythonEquals([], new Map())).toBe(false);
    expect(pythonEquals(null, false)).toBe(false);
  });

  it('gives two values one key exactly when they are equal', () => {
    const near = fc.constantFrom<Json>(
      0,
      1,
      2,
      true,
      false,
      new JsonFloat(1),
      new JsonFloat(-0),
      1n,
      10n ** 20n,
      new JsonFloat(1e20),
      0.5,
      '1',
      null,
    );
    const value = fc.oneof(near, fc.array(near, { maxLength: 2 }), fc.dictionary(fc.constantFrom('a', 'b'), near).map(toJson), json);
    const isConsistent = fc.property(value, value, (left, right) => {
      expect(pythonKey(left) === pythonKey(right)).toBe(pythonEquals(left, right));
    });
    fc.assert(isConsistent, { numRuns: 2000 });
  });
});

describe('floats as Python prints them', () => {
  it.each([
    [1, '1.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [1.5e300, '1.5e+300'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [5e-324, '5e-324'],
    [123456789012345680000, '1.2345678901234568e+20'],
  ])('%d is %s', (value, text) => {
    expect(formatPythonFloat(value)).toBe(text);
  });

  it('always read back as the same float', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(formatPythonFloat(value)).toMatch(/[.e]/);
        expect(Number(formatPythonFloat(value))).toBe(value);
      }),
    );
  });
});

describe('text that cannot be stored', () => {
  it.each([
    ['{"a":[1,{"b":"x\\u0000"}]}', ['a', 1, 'b'], 'nul'],
    ['["\\ud800"]', [0], 'lone_surrogate'],
    ['{"\\udfff":1}', ['\udfff'], 'lone_surrogate'],
  ])('is found in %s', (text, path, fault) => {
    expect(findUnstorableText(parseJson(text))).toMatchObject({ path, fault });
  });

  it('is not found where there is none', () => {
    expect(findUnstorableText(parseJson('{"\u{1f600}":["\\u0001",null,1.0]}'))).toBeUndefined();
  });
});

function splice([text, position, insertion]: [string, number, string]): string {
  const at = position % (text.length + 1);
  return text.slice(0, at) + insertion + text.slice(at + 1);
}

/** What the built-in parser makes of a text, without infinities. */
function nativeParse(text: string): unknown {
  return JSON.parse(text, (_, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) throw new SyntaxError('infinite');
    return item;
  });
}

function outcomeOf(parse: () => unknown): { value: unknown } | 'refused' {
  try {
    return { value: parse() };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonSyntaxError) return 'refused';
    throw error;
  }
}

function utf32(text: string, order: 'LE' | 'BE'): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0)!);
  const bytes = Buffer.alloc(points.length * 4);
  points.forEach((point, index) => (order === 'LE' ? bytes.writeUInt32LE(point, index * 4) : bytes.writeUInt32BE(point, index * 4)));
  return bytes;
}
