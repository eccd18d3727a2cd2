import { describe, expect, it } from 'vitest';
import { JsonFloat } from '../json/json.js';
import { anImage } from './image.spec-support.js';
import { ImageList, repeatedUrls } from './image-list.js';
import { collectAttributes, collectTypes, sortAttributeValues, typesWithBothValues } from './image-summary.js';
import { attributesFromJson, typesFromJson } from './stored-image.js';

describe('the summary of an image list', () => {
  const images = [
    anImage('/d/a', { attributes: { well: 'B', n: 2 }, types: { u: false } }),
    anImage('/d/b', { attributes: { n: true, well: 'A' }, types: { t: true, u: true } }),
    anImage('/d/c', { attributes: { n: new JsonFloat(1), well: 'B' }, types: { t: true, only: true } }),
  ];

  it('has the distinct values of each attribute, sorted, names as they appear', () => {
    expect([...collectAttributes(images)]).toEqual([
      ['well', ['A', 'B']],
      ['n', [true, 2]],
    ]);
  });

  it('has all type names', () => {
    expect(collectTypes(images)).toEqual(['u', 't', 'only']);
  });

  it('names types that are true for some images only', () => {
    expect(typesWithBothValues(images)).toEqual(['only', 't', 'u']);
    expect(typesWithBothValues(images.slice(1))).toEqual(['only', 'u']);
    expect(typesWithBothValues([])).toEqual([]);
  });

  it('sorts numbers by value whatever their kind, and leaves texts among numbers as they came', () => {
    expect(sortAttributeValues([10n ** 30n, 2.5, new JsonFloat(3), false])).toEqual([false, 2.5, new JsonFloat(3), 10n ** 30n]);
    expect(sortAttributeValues(['b', 1, 'a'])).toEqual(['b', 1, 'a']);
  });
});

describe('an image list', () => {
  it('finds images by the exact text of their URL', () => {
    const list = new ImageList([anImage('/d/a')]);
    expect(list.get('/d/a')?.zarrUrl).toBe('/d/a');
    expect(list.has('/d/a/')).toBe(false);
    expect(list.size).toBe(1);
  });

  it('cannot hold a URL twice', () => {
    expect(() => new ImageList([anImage('/d/a'), anImage('/d/a')])).toThrow('Image listed twice: /d/a');
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
