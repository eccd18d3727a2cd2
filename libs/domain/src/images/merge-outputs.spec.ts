import { describe, expect, it } from 'vitest';
import { JsonFloat } from '../json/json.js';
import { anUpdate } from './image.spec-support.js';
import { mergeOutputs, outputOfRun, urlsMentionedBy } from './merge-outputs.js';
import { EMPTY_TASK_OUTPUT } from './task-output.js';

describe('merging outputs', () => {
  it('keeps updates in index order, equal ones once, and removals once', () => {
    const first = { updates: [anUpdate('/d/b', { attributes: { n: 1 } }), anUpdate('/d/a')], removals: ['/d/x'] };
    const second = { updates: [anUpdate('/d/b', { attributes: { n: new JsonFloat(1) } }), anUpdate('/d/c')], removals: ['/d/x', '/d/y'] };
    expect(mergeOutputs([first, second])).toEqual({ updates: [...first.updates, anUpdate('/d/c')], removals: ['/d/x', '/d/y'] });
  });

  it('tells updates apart by each of their parts', () => {
    const updates = [
      anUpdate('/d/a'),
      anUpdate('/d/a', { origin: '/d/b' }),
      anUpdate('/d/a', { attributes: { k: null } }),
      anUpdate('/d/a', { attributes: { k: true } }),
      anUpdate('/d/a', { types: { k: true } }),
    ];
    expect(mergeOutputs([{ updates, removals: [] }]).updates).toHaveLength(5);
  });
});

describe('the output of a run', () => {
  it('is an update of each implied image when the units say nothing', () => {
    expect(outputOfRun([EMPTY_TASK_OUTPUT, EMPTY_TASK_OUTPUT], ['/d/a', '/d/b'])).toEqual({
      updates: [anUpdate('/d/a'), anUpdate('/d/b')],
      removals: [],
      isImplied: true,
    });
  });

  it('implies nothing as soon as one unit says something, be it a removal', () => {
    expect(outputOfRun([{ updates: [], removals: ['/d/a'] }, EMPTY_TASK_OUTPUT], ['/d/a', '/d/b'])).toEqual({
      updates: [],
      removals: ['/d/a'],
      isImplied: false,
    });
  });

  it.each([
    ['two updates', { updates: [anUpdate('/d/a'), anUpdate('/d/a', { types: { t: true } })], removals: [] }],
    ['an update and a removal', { updates: [anUpdate('/d/a')], removals: ['/d/a'] }],
  ])('must not mention an image in %s', (_what, output) => {
    expect(() => outputOfRun([output], [])).toThrow(
      expect.objectContaining({ code: 'non_unique_zarr_urls', form: 'unknown', message: expect.stringContaining('/d/a') }),
    );
  });

  it('names only some of very many repeated images', () => {
    const updates = Array.from({ length: 1000 }, (_, index) => [
      anUpdate(`/d/${index}`),
      anUpdate(`/d/${index}`, { types: { t: true } }),
    ]).flat();
    expect(() => outputOfRun([{ updates, removals: [] }], [])).toThrow(/and 990 more$/);
  });

  it('mentions the images that it names in any way', () => {
    const output = { updates: [anUpdate('/d/a', { origin: '/d/o' }), anUpdate('/d/b')], removals: ['/d/r'] };
    expect([...urlsMentionedBy(output)].sort()).toEqual(['/d/a', '/d/b', '/d/o', '/d/r']);
  });
});
