import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonFloat } from '../json/json.js';
import { anImage } from './image.spec-support.js';
import { ImageMatcher, selectImages } from './image-matcher.js';
import type { AttributeValue } from './stored-image.js';

const matcher = (types: Record<string, boolean>, attributes: Record<string, AttributeValue[]> = {}): ImageMatcher =>
  new ImageMatcher(new Map(Object.entries(types)), new Map(Object.entries(attributes)));

describe('an image matcher', () => {
  it('lets every image pass when there is no filter', () => {
    expect(matcher({}).matches(anImage('/d/a'))).toBe(true);
  });

  it('takes a missing type for false', () => {
    expect(matcher({ is_3D: false }).matches(anImage('/d/a'))).toBe(true);
    expect(matcher({ is_3D: true }).matches(anImage('/d/a'))).toBe(false);
  });

  it('never lets a missing attribute pass, also not for an empty list', () => {
    expect(matcher({}, { well: ['A'] }).matches(anImage('/d/a'))).toBe(false);
    expect(matcher({}, { well: [] }).matches(anImage('/d/a', { attributes: { well: 'A' } }))).toBe(false);
  });

  it('compares values as Python does', () => {
    for (const value of [1, true, 1n, new JsonFloat(1)]) {
      expect(matcher({}, { n: [1] }).matches(anImage('/d/a', { attributes: { n: value } }))).toBe(true);
    }
    expect(matcher({}, { n: ['1'] }).matches(anImage('/d/a', { attributes: { n: 1 } }))).toBe(false);
  });

  it('is not led astray by names that JavaScript objects have', () => {
    const image = anImage('/d/a', { attributes: { constructor: 'x' } });
    expect(matcher({ toString: true }).matches(image)).toBe(false);
    expect(matcher({}, { constructor: ['x'] }).matches(image)).toBe(true);
  });

  it('wants all filters to pass', () => {
    const names = fc.subarray(['a', 'b', 'c']);
    fc.assert(
      fc.property(names, names, (wanted, present) => {
        const image = anImage('/d/a', { types: Object.fromEntries(present.map((name) => [name, true])) });
        const filters = Object.fromEntries(wanted.map((name) => [name, true]));
        expect(matcher(filters).matches(image)).toBe(wanted.every((name) => present.includes(name)));
      }),
    );
  });
});

describe('selecting images', () => {
  it('counts those that pass the type filters and keeps the order of those that pass all', () => {
    const images = [
      anImage('/d/c', { types: { t: true }, attributes: { w: 1 } }),
      anImage('/d/a', { types: { t: true }, attributes: { w: 2 } }),
      anImage('/d/b', { attributes: { w: 1 } }),
      anImage('/d/0', { types: { t: true }, attributes: { w: 1 } }),
    ];
    const { inputs, availableCount } = selectImages(images, matcher({ t: true }, { w: [1] }));
    expect(inputs.map(({ zarrUrl }) => zarrUrl)).toEqual(['/d/c', '/d/0']);
    expect(availableCount).toBe(3);
  });
});
