import { describe, expect, it } from 'vitest';
import { parseJson, pythonRepr, pythonSetRepr, pythonStr } from '../index.js';

describe('the Python notation of values', () => {
  it.each([
    ['"text"', "'text'"],
    ['"it\'s"', '"it\'s"'],
    ['"it\'s \\"x\\""', "'it\\'s \"x\"'"],
    ['"a\\\\b\\n\\t\\r\\u0000\\u007f\\u00a0"', "'a\\\\b\\n\\t\\r\\x00\\x7f\\xa0'"],
    ['"\\u00e9\\u200b\\u2028\\ud83d\\ude00\\ud800"', "'\u00e9\\u200b\\u2028\u{1f600}\\ud800'"],
    ['"\\udb40\\udc01"', "'\\U000e0001'"],
    ['[true,false,null,1,1.0,1e16,12345678901234567890]', '[True, False, None, 1, 1.0, 1e+16, 12345678901234567890]'],
    ['{"3D":true,"a":{"b":[]}}', "{'3D': True, 'a': {'b': []}}"],
    ['[]', '[]'],
    ['{}', '{}'],
  ])('writes %s as %s', (text, written) => {
    expect(pythonRepr(parseJson(text))).toBe(written);
  });

  it('leaves text itself bare where Python would', () => {
    expect(pythonStr('a')).toBe('a');
    expect(pythonStr(true)).toBe('True');
  });

  it('writes sets', () => {
    expect(pythonSetRepr(['a', "'"])).toBe(`{'a', "'"}`);
    expect(pythonSetRepr([])).toBe('set()');
  });
});
