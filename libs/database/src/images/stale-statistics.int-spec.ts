import type { ImageContent } from '@fractal-server/domain';
import { aPerson, createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyImageChanges } from './image-writer.js';
import { lockDataset } from './lock-dataset.js';
import { readImagesByUrl } from './read-images.js';

/** Enough that a plan which compares each image with each URL takes seconds. */
const IMAGES = 60_000;
const PIECE = 8_192;

let test: TestDatabase;
let datasetId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  const { projectId } = await aPerson(test.database);
  const make = async (): Promise<number> => {
    const sql = `insert into dataset (name, project_id, zarr_dir) values ('d', $1, '/zarr') returning id`;
    return (await test.database.query<{ id: number }>(sql, [projectId]))[0]!.id;
  };
  await test.database.execute('alter table image set (autovacuum_enabled = false)');
  await insert(await make(), 10);
  // Now the planner believes that a dataset has a handful of images.
  await test.database.execute('analyze image');
  datasetId = await make();
  await insert(datasetId, IMAGES);
}, 60_000);
afterAll(() => test.close());

describe('right after a large import, before autovacuum comes by,', () => {
  it('images are found by their URLs as fast as when the planner knows all', async () => {
    const urls = Array.from({ length: PIECE }, (_, index) => urlOf(index * 7));
    const read = async (): Promise<number> => {
      const started = performance.now();
      expect(await readImagesByUrl(test.database, datasetId, urls)).toHaveLength(PIECE);
      return performance.now() - started;
    };
    const soon = await read();
    await test.database.execute('analyze image');
    // A comparison of each image with each URL takes more than twenty times as long.
    expect(soon).toBeLessThan(8 * (await read()) + 300);
  });
});

function urlOf(index: number): string {
  return `/zarr/${index}`;
}

async function insert(dataset: number, count: number): Promise<void> {
  const inserted = Array.from({ length: count }, (_, index): ImageContent => {
    return { zarrUrl: urlOf(index), origin: null, attributes: new Map([['index', index % 500]]), types: new Map() };
  });
  await test.database.transaction(async (transaction) => {
    const locked = await lockDataset(transaction, dataset);
    await applyImageChanges(transaction, locked!, { inserted, updated: [], removed: [] });
  });
}
