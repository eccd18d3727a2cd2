import {
  attributesFromJson,
  parseJson,
  pythonEquals,
  stringifyJson,
  type AttributeValue,
  type ChangedImage,
  type ImageContent,
  type Json,
  type StoredImage,
} from '@fractal-server/domain';
import { aPerson, createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../connection/database.js';
import type { ImageFilter } from './image-filter.js';
import { readImageValues } from './image-values.js';
import { applyImageChanges } from './image-writer.js';
import { lockDataset } from './lock-dataset.js';
import { queryImagePage } from './query-image-page.js';
import { findImage, readImages } from './read-images.js';
import type { ImageChangeSet } from './image-change-set.js';

let test: TestDatabase;
let database: Database;
let projectId: number;
let datasetId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  projectId = (await aPerson(database)).projectId;
});
afterAll(async () => test.close());
beforeEach(async () => {
  datasetId = await aDataset();
});

async function aDataset(): Promise<number> {
  const sql = `insert into dataset (name, project_id, zarr_dir) values ('d', $1, '/zarr') returning id`;
  const [row] = await database.query<{ id: number }>(sql, [projectId]);
  return row!.id;
}

function anImage(zarrUrl: string, attributes: Record<string, AttributeValue> = {}, types: Record<string, boolean> = {}): ImageContent {
  return { zarrUrl, origin: null, attributes: new Map(Object.entries(attributes)), types: new Map(Object.entries(types)) };
}

async function change(changes: Partial<ImageChangeSet>, dataset = datasetId): Promise<void> {
  await database.transaction(async (transaction) => {
    const locked = await lockDataset(transaction, dataset);
    await applyImageChanges(transaction, locked!, { inserted: [], updated: [], removed: [], ...changes });
  });
}

async function allImages(dataset = datasetId): Promise<StoredImage[]> {
  const images: StoredImage[] = [];
  for await (const some of readImages(database, dataset)) images.push(...some);
  return images;
}

async function query(filter: ImageFilter, page = { skip: 0, size: 100 }, dataset = datasetId) {
  const found = await queryImagePage(database, dataset, filter, page);
  return { ...found!, urls: found!.images.map((image) => image.zarrUrl) };
}

describe('the list of images', () => {
  it('keeps the order of insertion, and the kinds of numbers', async () => {
    const text = '{"float":1.0,"integer":1,"big":12345678901234567890,"thousand":1000.0}';
    await change({ inserted: [anImage('/b'), { ...anImage('/a'), attributes: attributesFromJson(parseJson(text)) }] });
    const images = await allImages();
    expect(images.map((image) => image.zarrUrl)).toEqual(['/b', '/a']);
    expect(stringifyJson(images[1]!.attributes)).toBe(text);
  });

  it('never uses a position again', async () => {
    await change({ inserted: [anImage('/a'), anImage('/b')] });
    await change({ removed: [1] });
    await change({ inserted: [anImage('/b')] });
    expect((await allImages()).map((image) => image.position)).toEqual([0, 2]);
  });

  it('lets one change set remove an image and insert it again', async () => {
    await change({ inserted: [anImage('/a', { n: 1 }), anImage('/b')] });
    await change({ removed: [0], inserted: [anImage('/a', { n: 1 })] });
    expect((await query({ attributes: new Map([['n', [1]]]) })).urls).toEqual(['/a']);
    expect((await allImages()).map((image) => image.zarrUrl)).toEqual(['/b', '/a']);
  });

  it('refuses to change an image that is not there', async () => {
    await expect(change({ removed: [7] })).rejects.toThrow('1 images to change, 0 found');
    await expect(change({ updated: [{ ...anImage('/a'), position: 7, before: anImage('/a') }] })).rejects.toThrow(
      '1 images to change, 0 found',
    );
  });

  it('finds an image by its exact URL in its own dataset only', async () => {
    await change({ inserted: [anImage('/a')] });
    expect(await findImage(database, datasetId, '/a')).toMatchObject({ position: 0, zarrUrl: '/a' });
    expect(await findImage(database, datasetId, '/a/')).toBeNull();
    expect(await findImage(database, await aDataset(), '/a')).toBeNull();
  });
});

describe('the values of a dataset', () => {
  it('come in the order of first appearance, shorter names first within an image, and sorted', async () => {
    await change({ inserted: [anImage('/a', { well: 'B' }), anImage('/b', { zz: 2, well: 'A', k: 1 }, { x: false, '3D': true })] });
    const values = await readImageValues(database, datasetId);
    expect([...values!.attributes]).toEqual([
      ['well', ['A', 'B']],
      ['k', [1]],
      ['zz', [2]],
    ]);
    expect(values!.types).toEqual(['x', '3D']);
  });

  it('show values once that Python finds equal, written as the first image that is left writes them', async () => {
    await change({ inserted: [anImage('/a', { n: true }), anImage('/b', { n: 1 }), anImage('/c', { n: '1' })] });
    expect((await readImageValues(database, datasetId))!.attributes.get('n')).toEqual([true, '1']);
    await change({ removed: [0] });
    expect((await readImageValues(database, datasetId))!.attributes.get('n')).toEqual([1, '1']);
  });

  it('disappear with their last image', async () => {
    await change({ inserted: [anImage('/a', { n: 1 }, { t: true }), anImage('/b', { n: 1 }, { u: true })] });
    await change({ removed: [0] });
    const [image] = await allImages();
    await change({ updated: [{ ...anImage('/b', {}, { v: false }), position: 1, before: image! }] });
    const values = await readImageValues(database, datasetId);
    expect(values!.attributes.size).toBe(0);
    expect(values!.types).toEqual(['v']);
  });

  it('get another version when they change, and only then', async () => {
    const version = async () => (await readImageValues(database, datasetId))!.version;
    await change({ inserted: [anImage('/a', { n: 1 })] });
    const first = await version();
    await change({ inserted: [anImage('/b', { n: 1 })] });
    expect(await version()).toBe(first);
    await change({ inserted: [anImage('/c', { n: 2 })] });
    const second = await version();
    expect(second).toBeGreaterThan(first);
    await change({ removed: [2] });
    expect(await version()).toBeGreaterThan(second);
  });
});

describe('a page', () => {
  it('lies anywhere in the list, over gaps and block boundaries, with the exact total', async () => {
    const inserted = Array.from({ length: 5000 }, (_, index) => anImage(`/${index}`, { half: index % 2 }));
    await change({ inserted });
    await change({ removed: Array.from({ length: 500 }, (_, index) => index * 3) });
    const left = inserted.filter((_, index) => index >= 1500 || index % 3 !== 0).map((image) => image.zarrUrl);
    const page = await query({}, { skip: 2010, size: 50 });
    expect(page.totalCount).toBe(4500);
    expect(page.urls).toEqual(left.slice(2010, 2060));
    const odd = await query({ attributes: new Map([['half', [1]]]) }, { skip: 1000, size: 40 });
    const leftOdd = left.filter((url) => Number(url.slice(1)) % 2 === 1);
    expect(odd).toMatchObject({ totalCount: leftOdd.length, urls: leftOdd.slice(1000, 1040) });
  });

  it('past the end is the last page, in an empty list it stays where it is', async () => {
    expect(await query({}, { skip: 6, size: 2 })).toMatchObject({ totalCount: 0, skipped: 6, images: [] });
    await change({ inserted: ['/a', '/b', '/c'].map((url) => anImage(url)) });
    expect(await query({}, { skip: 6, size: 2 })).toMatchObject({ totalCount: 3, skipped: 2, urls: ['/c'] });
  });

  it('of a dataset that does not exist is null', async () => {
    expect(await queryImagePage(database, 987654, {}, { skip: 0, size: 1 })).toBeNull();
  });

  it('keeps to one URL when asked to, and to the other conditions', async () => {
    await change({ inserted: [anImage('/a', { n: 1 }), anImage('/b', { n: 1 })] });
    expect(await query({ zarrUrl: '/b', attributes: new Map([['n', [1]]]) })).toMatchObject({ totalCount: 1, urls: ['/b'] });
    expect(await query({ zarrUrl: '/b', attributes: new Map([['n', [2]]]) })).toMatchObject({ totalCount: 0, urls: [] });
    expect(await query({ zarrUrl: '/B' })).toMatchObject({ totalCount: 0, urls: [] });
  });
});

/** What the statements must agree with, whatever happened to the list before. */
describe('any sequence of changes', () => {
  const value = fc.constantFrom<AttributeValue>(0, 1, 2.5, true, false, '1', 'a', 'ä');
  const attributes = fc.dictionary(fc.constantFrom('a', 'bb', 'c'), value, { maxKeys: 3 });
  const types = fc.dictionary(fc.constantFrom('t', 'u'), fc.boolean(), { maxKeys: 2 });
  const step = fc.record({
    removed: fc.array(fc.nat(30), { maxLength: 4 }),
    updated: fc.array(fc.record({ index: fc.nat(30), attributes, types }), { maxLength: 4 }),
    inserted: fc.array(fc.record({ attributes, types }), { maxLength: 6 }),
  });
  const filter = fc.record({
    types: fc.dictionary(fc.constantFrom('t', 'u', 'none'), fc.boolean(), { maxKeys: 2 }),
    attributes: fc.dictionary(fc.constantFrom('a', 'bb', 'none'), fc.array(value, { minLength: 1, maxLength: 3 }), { maxKeys: 2 }),
  });

  it('leaves filters and values as a plain look at all images gives them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 4 }), filter, async (steps, wanted) => {
        const dataset = await aDataset();
        let serial = 0;
        for (const { removed, updated, inserted } of steps) {
          const images = await allImages(dataset);
          const gone = new Set(removed.flatMap((index) => images[index]?.position ?? []));
          const edits = new Map<number, ChangedImage>();
          for (const edit of updated) {
            const image = images[edit.index];
            if (image === undefined || gone.has(image.position)) continue;
            const edited = anImage(image.zarrUrl, edit.attributes, edit.types);
            edits.set(image.position, { ...edited, position: image.position, before: image });
          }
          const added = inserted.map((image) => anImage(`/${(serial += 1)}`, image.attributes, image.types));
          await change({ removed: [...gone], updated: [...edits.values()], inserted: added }, dataset);
        }
        const images = await allImages(dataset);
        const conditions = { types: new Map(Object.entries(wanted.types)), attributes: new Map(Object.entries(wanted.attributes)) };
        const expected = images.filter((image) => passes(image, conditions)).map((image) => image.zarrUrl);
        expect(await query(conditions, undefined, dataset)).toMatchObject({ urls: expected, totalCount: expected.length });
        const values = await readImageValues(database, dataset);
        expect([...values!.attributes].map(([name, list]) => [name, list.length])).toEqual(distinctValues(images));
        expect(values!.types.toSorted()).toEqual([...new Set(images.flatMap((image) => [...image.types.keys()]))].toSorted());
      }),
      { numRuns: 60 },
    );
  });
});

function passes(
  image: StoredImage,
  { types, attributes }: { types: Map<string, boolean>; attributes: Map<string, AttributeValue[]> },
): boolean {
  const typesPass = [...types].every(([name, value]) => (image.types.get(name) ?? false) === value);
  const attributesPass = [...attributes].every(([name, values]) => {
    const own = image.attributes.get(name);
    return own !== undefined && values.some((value) => pythonEquals(value, own));
  });
  return typesPass && attributesPass;
}

/** Names in the order of first appearance, each with its number of distinct values. */
function distinctValues(images: readonly StoredImage[]): [string, number][] {
  const distinct = new Map<string, Json[]>();
  for (const image of images) {
    for (const [name, value] of [...image.attributes].toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))) {
      const values = distinct.get(name) ?? [];
      distinct.set(name, values);
      if (!values.some((known) => pythonEquals(known, value))) values.push(value);
    }
  }
  return [...distinct].map(([name, values]) => [name, values.length]);
}
