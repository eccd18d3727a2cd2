import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonFloat } from '../json/json.js';
import { applyOutput, type OutputContext } from './apply-output.js';
import { anImage, anUpdate, applyChanges, lookupOf } from './image.spec-support.js';
import type { ImageLookup } from './image-lookup.js';
import { outputOfRun } from './merge-outputs.js';
import type { StoredImage } from './stored-image.js';
import { EMPTY_TASK_OUTPUT, type ImageUpdate, type RunOutput } from './task-output.js';

const CONTEXT: OutputContext = { zarrDir: '/d', outputTypes: new Map() };
const outputOf = (...updates: ImageUpdate[]): RunOutput => ({ updates, removals: [], isImplied: false });
const removalOf = (...removals: string[]): RunOutput => ({ updates: [], removals, isImplied: false });

describe('the change set of an output', () => {
  const a = anImage('/d/a', { attributes: { well: 'A', n: 1 }, types: { t: true }, origin: '/d/raw', position: 4 });
  const b = anImage('/d/b', { attributes: { well: 'B' }, position: 7 });
  const images = lookupOf([a, b]);

  it('holds an edited image at its position, with its own origin', () => {
    const changes = applyOutput(images, outputOf(anUpdate('/d/a', { attributes: { n: null, m: 2 }, types: { u: false } })), CONTEXT);
    expect(changes).toEqual({
      inserted: [],
      updated: [
        {
          ...anImage('/d/a', { attributes: { well: 'A', m: 2 }, types: { t: true, u: false }, origin: '/d/raw', position: 4 }),
          before: images.get('/d/a'),
        },
      ],
      removed: [],
    });
  });

  it('does not hold an image that comes out as it was', () => {
    const update = anUpdate('/d/a', { attributes: { n: 1, gone: null }, types: { t: true }, origin: '/d/a' });
    expect(applyOutput(images, outputOf(update), CONTEXT).updated).toEqual([]);
  });

  it('holds an image of which only the kind of a number changes', () => {
    const changes = applyOutput(images, outputOf(anUpdate('/d/a', { attributes: { n: new JsonFloat(1) } })), CONTEXT);
    expect(changes.updated[0]?.attributes.get('n')).toEqual(new JsonFloat(1));
  });

  it('lets a later update start from an image that an earlier one made', () => {
    const changes = applyOutput(
      images,
      outputOf(anUpdate('/d/new', { origin: '/d/b', attributes: { k: 1 } }), anUpdate('/d/newer', { origin: '/d/new' })),
      CONTEXT,
    );
    expect(changes.inserted.map(({ attributes }) => attributes)).toEqual([
      new Map<string, string | number>([
        ['well', 'B'],
        ['k', 1],
      ]),
      new Map<string, string | number>([
        ['well', 'B'],
        ['k', 1],
      ]),
    ]);
  });

  it('inserts one image that two updates made and changed', () => {
    const changes = applyOutput(images, outputOf(anUpdate('/d/n'), anUpdate('/d/n', { attributes: { k: 1 } })), CONTEXT);
    expect(changes.inserted).toHaveLength(1);
    expect(changes.inserted[0]?.attributes).toEqual(new Map([['k', 1]]));
  });

  it('lets output types win over returned ones', () => {
    const context = { ...CONTEXT, outputTypes: new Map([['t', false]]) };
    expect(applyOutput(images, outputOf(anUpdate('/d/a', { types: { t: true } })), context).updated[0]?.types).toEqual(
      new Map([['t', false]]),
    );
  });

  it('refuses a new image that is not below the folder of the dataset', () => {
    for (const url of ['/d', '/data/x', '/other/x', 's3://d/x']) {
      expect(() => applyOutput(images, outputOf(anUpdate(url)), CONTEXT)).toThrow(
        `Cannot create image if zarr_url is not a subfolder of zarr_dir.\nzarr_dir: /d\nzarr_url: ${url}`,
      );
    }
  });

  it('edits an image that lies anywhere', () => {
    const elsewhere = lookupOf([anImage('/elsewhere/x', { position: 3 })]);
    expect(applyOutput(elsewhere, outputOf(anUpdate('/elsewhere/x', { types: { t: true } })), CONTEXT).updated).toHaveLength(1);
  });

  it('holds removed images, and refuses to remove one that is not there', () => {
    expect(applyOutput(images, removalOf('/d/b'), CONTEXT).removed).toEqual([b]);
    expect(() => applyOutput(images, removalOf('/d/c'), CONTEXT)).toThrow('Cannot remove missing image (zarr_url=/d/c).');
  });

  it('leaves the list that it was given as it was', () => {
    applyOutput(images, outputOf(anUpdate('/d/a', { attributes: { well: null } })), CONTEXT);
    expect(images.get('/d/a')).toEqual(a);
  });
});

describe('an image that was deleted while its run went on', () => {
  const context: OutputContext = { ...CONTEXT, wasPresentAtPlanning: (url) => url === '/elsewhere/x' };
  const images = lookupOf([]);

  it('is made again by an update, wherever it lies', () => {
    expect(applyOutput(images, outputOf(anUpdate('/elsewhere/x', { attributes: { k: 1 } })), context).inserted).toHaveLength(1);
  });

  it('stays deleted when the task says nothing of it', () => {
    const other = lookupOf([anImage('/d/other')]);
    const output = outputOfRun([EMPTY_TASK_OUTPUT], ['/elsewhere/x', '/d/other']);
    const changes = applyOutput(other, output, { ...context, outputTypes: new Map([['t', true]]) });
    expect(changes.inserted).toEqual([]);
    expect(changes.updated.map(({ zarrUrl }) => zarrUrl)).toEqual(['/d/other']);
  });

  it('may be removed once more', () => {
    expect(applyOutput(images, removalOf('/elsewhere/x'), context).removed).toEqual([]);
  });
});

/** Applies an output the slow and obvious way, on a list of URLs with what they hold (contract: runner.md 6.4). */
function applySlowly(images: readonly StoredImage[], updates: readonly ImageUpdate[], removals: readonly string[]): unknown[] {
  const list = images.map(({ zarrUrl, origin, attributes, types }) => ({ zarrUrl, origin, attributes, types }));
  for (const update of updates) {
    const index = list.findIndex(({ zarrUrl }) => zarrUrl === update.zarrUrl);
    const isEdit = index >= 0 && (update.origin === null || update.origin === update.zarrUrl);
    const base = isEdit ? list[index] : list.find(({ zarrUrl }) => zarrUrl === update.origin);
    const image = {
      zarrUrl: update.zarrUrl,
      origin: isEdit ? list[index]!.origin : update.origin,
      attributes: new Map(
        [...(base?.attributes ?? []), ...update.attributes].filter(([name]) => update.attributes.get(name) !== null),
      ) as never,
      types: new Map([...(base?.types ?? []), ...update.types]),
    };
    list.splice(index < 0 ? list.length : index, index < 0 ? 0 : 1, image);
  }
  return list.filter(({ zarrUrl }) => !removals.includes(zarrUrl));
}

describe('applying an output', () => {
  const url = fc.constantFrom('/d/0', '/d/1', '/d/2', '/d/3', '/d/4', '/d/5');
  const attributes = fc.dictionary(fc.constantFrom('p', 'q'), fc.constantFrom(1, 'x', true), { noNullPrototype: true });
  const patch = fc.dictionary(fc.constantFrom('p', 'q'), fc.constantFrom(2, 'y', null), { noNullPrototype: true });
  const types = fc.dictionary(fc.constantFrom('t', 'u'), fc.boolean(), { noNullPrototype: true });
  const images = fc.uniqueArray(fc.record({ url, origin: fc.option(url), attributes, types }), { selector: (image) => image.url });
  const updates = fc.uniqueArray(fc.record({ url, origin: fc.option(url), attributes: patch, types }), {
    selector: (update) => update.url,
  });

  it('gives the list of the rule applied step by step, for any list and output', () => {
    fc.assert(
      fc.property(images, updates, fc.subarray(['/d/0', '/d/1', '/d/2']), (listed, said, wanted) => {
        const list = listed.map((image, index) => anImage(image.url, { ...image, position: 10 * index }));
        const changedUrls = new Set<string>(said.map((update) => update.url));
        const removals = wanted.filter((removal) => !changedUrls.has(removal) && list.some(({ zarrUrl }) => zarrUrl === removal));
        const output = { updates: said.map((update) => anUpdate(update.url, update)), removals, isImplied: false };

        const after = applyChanges(list, applyOutput(lookupOf(list), output, CONTEXT), 1000);

        expect(after.map(({ zarrUrl, origin, attributes: a, types: t }) => ({ zarrUrl, origin, attributes: a, types: t }))).toEqual(
          applySlowly(list, output.updates, removals),
        );
        const positions = after.map(({ position }) => position);
        expect(positions).toEqual([...new Set(positions)].sort((left, right) => left - right));
      }),
    );
  });

  it('looks images up a fixed number of times for each update, however long the list is', () => {
    class CountingLookup implements ImageLookup {
      lookups = 0;
      constructor(private readonly list: ReadonlyMap<string, StoredImage>) {}
      get(zarrUrl: string): StoredImage | undefined {
        this.lookups += 1;
        return this.list.get(zarrUrl);
      }
    }
    const lookupsFor = (imageCount: number, updateCount: number): number => {
      const list = Array.from({ length: imageCount }, (_, position) => anImage(`/d/${position}`, { position }));
      const lookup = new CountingLookup(lookupOf(list));
      const said = Array.from({ length: updateCount }, (_, index) => ({
        updates: [anUpdate(`/d/${index}`, { attributes: { k: 1 } })],
        removals: [],
      }));
      const changes = applyOutput(lookup, outputOfRun(said, []), CONTEXT);
      expect(changes.updated.length + changes.inserted.length).toBe(updateCount);
      return lookup.lookups;
    };
    expect(lookupsFor(10, 1000)).toBeLessThanOrEqual(3 * 1000);
    expect(lookupsFor(20_000, 1000)).toBe(lookupsFor(2000, 1000));
    expect(lookupsFor(2000, 2000)).toBe(2 * lookupsFor(2000, 1000));
  });
});
