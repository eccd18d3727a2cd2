import { aPerson, createTestDatabase, waitFor, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let person: Person;
let dataset: string;
let zarrDir: string;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  person = await aPerson(test.database);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});
beforeEach(async () => {
  const datasets = `/api/v2/project/${person.projectId}/dataset/`;
  const { body } = await api.request('POST', datasets, { as: person.userId, json: { name: 'data' } });
  const { id, zarr_dir } = body as { id: number; zarr_dir: string };
  dataset = `${datasets}${id}/`;
  zarrDir = zarr_dir;
});

interface Page {
  current_page: number;
  page_size: number;
  total_count: number;
  items: { zarr_url: string; attributes: Record<string, unknown>; types: Record<string, boolean> }[];
  attributes: Record<string, unknown[]>;
  types: string[];
}

const send = (method: 'POST' | 'PATCH', json: object) =>
  api.request(method, `${dataset}images/`, { as: person.userId, json: json as never });
const query = async (filter: object = {}, page = '') => {
  const answer = await api.request('POST', `${dataset}images/query/?${page}`, { as: person.userId, json: filter as never });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as Page;
};
const importImages = async (count: number) => {
  const images = Array.from({ length: count }, (_, index) => ({
    zarr_url: `/data/z/${index}`,
    attributes: { half: index % 2 },
    types: { first: index < count / 2 },
  }));
  const json = { name: 'many', zarr_dir: '/data/z', images };
  const { body } = await api.request('POST', `/api/v2/project/${person.projectId}/dataset/import/`, { as: person.userId, json });
  dataset = `/api/v2/project/${person.projectId}/dataset/${(body as { id: number }).id}/`;
};

describe('images that many write at the same time', () => {
  const WRITERS = 16;
  const IMAGES_EACH = 100;

  it('are all there, and so are all their values', { timeout: 120_000 }, async () => {
    const write = async (writer: number) => {
      for (let image = 0; image < IMAGES_EACH; image++) {
        const json = { zarr_url: `${zarrDir}/${writer}/${image}`, attributes: { writer, image }, types: { even: image % 2 === 0 } };
        expect((await send('POST', json)).status).toBe(201);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    const page = await query({}, 'page=1&page_size=5');
    expect(page.total_count).toBe(WRITERS * IMAGES_EACH);
    expect(page.attributes['writer']).toHaveLength(WRITERS);
    expect(page.attributes['image']).toHaveLength(IMAGES_EACH);
    expect((await query({ type_filters: { even: true } }, 'page_size=1')).total_count).toBe((WRITERS * IMAGES_EACH) / 2);
    expect((await query({ attribute_filters: { writer: [3] } }, 'page_size=1')).total_count).toBe(IMAGES_EACH);
  });

  it('keep every edit and every removal', { timeout: 120_000 }, async () => {
    await importImages(320);
    const edit = async (writer: number) => {
      for (let index = writer; index < 320; index += WRITERS) {
        const zarr_url = `/data/z/${index}`;
        const url = `${dataset}images/?zarr_url=${encodeURIComponent(zarr_url)}`;
        const { status } =
          index % 4 === 0
            ? await api.request('DELETE', url, { as: person.userId })
            : await send('PATCH', { zarr_url, attributes: { edited: index } });
        expect([200, 204]).toContain(status);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => edit(writer)));
    const page = await query();
    expect(page.total_count).toBe(240);
    expect(page.items.every(({ zarr_url, attributes }) => attributes['edited'] === Number(zarr_url.split('/').at(-1)))).toBe(true);
    expect(Object.keys(page.attributes)).toEqual(['edited']);
    expect(page.attributes['edited']).toHaveLength(240);
  });

  it('of one URL are taken once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('POST', { zarr_url: `${zarrDir}/same` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422, 422, 422]);
  });
});

describe('a query without a page size', () => {
  it('gives all images that pass, however many', async () => {
    await importImages(5000);
    const all = await query();
    expect(all).toMatchObject({ current_page: 1, page_size: 5000, total_count: 5000, attributes: { half: [0, 1] }, types: ['first'] });
    expect(all.items.map(({ zarr_url }) => zarr_url)).toEqual(Array.from({ length: 5000 }, (_, index) => `/data/z/${index}`));
    const half = await query({ attribute_filters: { half: [1] }, type_filters: { first: false } });
    expect(half).toMatchObject({ current_page: 1, page_size: 1250, total_count: 1250 });
    expect(half.items).toHaveLength(1250);
  });

  it('gives nothing where nothing passes', async () => {
    await importImages(5000);
    expect(await query({ attribute_filters: { none: ['x'] } })).toMatchObject({ current_page: 1, page_size: 0, total_count: 0, items: [] });
  });
});

describe('a long page', () => {
  it('past the end is the last one', async () => {
    await importImages(5000);
    const page = await query({}, 'page=9&page_size=2000');
    expect(page).toMatchObject({ current_page: 3, page_size: 2000, total_count: 5000 });
    expect(page.items.map(({ zarr_url }) => zarr_url)).toEqual(Array.from({ length: 1000 }, (_, index) => `/data/z/${4000 + index}`));
  });

  it('leaves no connection behind, however many are asked for at once', async () => {
    await importImages(3000);
    const pages = await Promise.all(Array.from({ length: 12 }, () => query()));
    expect(pages.map((page) => page.items.length)).toEqual(Array.from({ length: 12 }, () => 3000));
    const open = `select pid from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`;
    await waitFor('the end of all snapshots', async () => (await test.database.query(open)).length === 0);
  });
});

describe('the address of an image', () => {
  it('outside of the dataset is refused by its components, not its letters', async () => {
    const answer = await send('POST', { zarr_url: `${zarrDir}_other/x` });
    const detail = `Cannot create image with zarr_url which is not relative to ${zarrDir}.`;
    expect(answer).toMatchObject({ status: 422, body: { detail } });
  });

  it.each(['a\0b', '\ud800'])('that cannot be stored (%j) is refused', async (name) => {
    expect(await send('POST', { zarr_url: `${zarrDir}/${name}` })).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'string_unicode' }] },
    });
    expect((await query()).total_count).toBe(0);
  });

  it('may be as long as any path, and not longer', async () => {
    const longest = `${zarrDir}/`.padEnd(16_384, 'x');
    expect(await send('POST', { zarr_url: longest, attributes: { long: 'y'.repeat(100_000) } })).toMatchObject({ status: 201 });
    expect(await send('POST', { zarr_url: `${longest}x` })).toMatchObject({ status: 422, body: { detail: [{ type: 'string_too_long' }] } });
    expect((await query({ attribute_filters: { long: ['y'.repeat(100_000)] } })).total_count).toBe(1);
  });
});
