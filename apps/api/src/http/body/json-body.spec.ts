import { describe, expect, it } from 'vitest';
import { HttpError } from '../errors/http-error.js';
import type { InvalidInputError } from '../errors/invalid-input-error.js';
import { isJsonType, parseContentType } from './content-type.js';
import { parseJsonBody } from './json-body.js';

const json = parseContentType('application/json');

describe('a JSON body', () => {
  it.each(['application/json', 'Application/JSON; charset=latin-1', 'application/vnd.x+json'])('is read as JSON from %s', (header) => {
    expect(isJsonType(parseContentType(header))).toBe(true);
  });

  it.each(['text/json', 'application/jsonx', 'application/x-www-form-urlencoded', '', undefined, ';;;'])('is text from %s', (header) => {
    expect(isJsonType(parseContentType(header))).toBe(false);
  });

  it('of another type is a string for the validator', () => {
    expect(parseJsonBody(Buffer.from('{"a":1}'), parseContentType('text/plain'))).toBe('{"a":1}');
  });

  it('is nothing when it is empty', () => {
    expect(parseJsonBody(Buffer.alloc(0), json)).toBeUndefined();
  });

  it('with broken syntax names the place', () => {
    expect(() => parseJsonBody(Buffer.from('{"a": '), json)).toThrowError(
      expect.objectContaining({ issues: [expect.objectContaining({ type: 'json_invalid', loc: ['body', 6] })] }) as InvalidInputError,
    );
  });

  it.each([
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d])],
    ['nesting without end', Buffer.from('['.repeat(5000))],
  ])('with %s is refused before anybody asks who sent it', (_, bytes) => {
    expect(() => parseJsonBody(bytes, json)).toThrowError(HttpError);
  });

  it('is understood in UTF-16', () => {
    expect(parseJsonBody(Buffer.from('\ufeff[1]', 'utf16le'), json)).toEqual([1]);
  });
});
