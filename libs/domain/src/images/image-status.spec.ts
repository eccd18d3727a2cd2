import { describe, expect, it } from 'vitest';
import { applyOutput } from './apply-output.js';
import { anImage, anUpdate, lookupOf } from './image.spec-support.js';
import { carriedStatus, IMAGE_STATUS_ATTRIBUTE, isStatusMode, withoutStatus, withStatus } from './image-status.js';

describe('status mode', () => {
  it('is on when the attribute filters name the status', () => {
    expect(isStatusMode(new Map([[IMAGE_STATUS_ATTRIBUTE, ['done']]]))).toBe(true);
    expect(isStatusMode(new Map([['well', ['done']]]))).toBe(false);
  });

  it('gives an image its status and takes it away again', () => {
    const image = anImage('/d/a', { attributes: { well: 'A' }, position: 3 });
    const enriched = withStatus(image, 'failed');
    expect(carriedStatus(enriched)).toBe('failed');
    expect(withoutStatus(enriched)).toEqual(image);
    expect(carriedStatus(image)).toBeUndefined();
    expect(withoutStatus(image)).toBe(image);
  });

  it('lets a new image inherit the status of its origin', () => {
    const images = lookupOf([withStatus(anImage('/d/a'), 'unset')]);
    const output = { updates: [anUpdate('/d/n', { origin: '/d/a' }), anUpdate('/d/m')], removals: [], isImplied: false };
    const { inserted } = applyOutput(images, output, { zarrDir: '/d', outputTypes: new Map() });
    expect(inserted.map(carriedStatus)).toEqual(['unset', undefined]);
  });
});
