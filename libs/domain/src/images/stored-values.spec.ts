import { describe, expect, it } from 'vitest';
import { JsonFloat } from '../json/json.js';
import { sortAttributeValues } from './attribute-order.js';
import { repeatedUrls } from './image-lookup.js';
import { attributesFromJson, typesFromJson } from './stored-image.js';

describe('the values of an attribute', () => {
  it('are sorted by value when they are numbers of any kind', () => {
    expect(sortAttributeValues([10n ** 30n, 2.5, new JsonFloat(3), false])).toEqual([false, 2.5, new JsonFloat(3), 10n ** 30n]);
  });

  it('are sorted by code point when they are texts', () => {
    expect(sortAttributeValues(['b', '\u{1f642}', '\uffee', 'B'])).toEqual(['B', 'b', '\uffee', '\u{1f642}']);
  });

  it('stay as they came when texts meet numbers, which Python cannot order', () => {
    expect(sortAttributeValues(['b', 1, 'a'])).toEqual(['b', 1, 'a']);
  });
});

describe('repeated URLs', () => {
  it('are each named once', () => {
    expect(repeatedUrls(['/a', '/b', '/a', '/c', '/b', '/a'])).toEqual(['/a', '/b']);
  });
});

describe('reading stored columns', () => {
  it('takes what a json column may hold and nothing else', () => {
    expect(attributesFromJson(new Map([['a', 1]]))).toEqual(new Map([['a', 1]]));
    expect(() => attributesFromJson(new Map([['a', null]]))).toThrow(TypeError);
    expect(() => attributesFromJson([])).toThrow(TypeError);
    expect(typesFromJson(new Map([['a', true]]))).toEqual(new Map([['a', true]]));
    expect(() => typesFromJson(new Map([['a', 1]]))).toThrow(TypeError);
  });
});
