import { aPerson, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../connection/database.js';
import {
  appendToUpload,
  assignUpload,
  beginUpload,
  dropUpload,
  dropUploadsOfActivity,
  readUpload,
  sweepAbandonedUploads,
  UPLOAD_CHUNK_BYTES,
} from './upload.queries.js';

let test: TestDatabase;
let db: Database;
let person: Person;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  person = await aPerson(db);
});
afterAll(() => test.close());

async function anUpload(...pieces: Uint8Array[]): Promise<string> {
  const id = await beginUpload(db, { userId: person.userId, fileName: 'a.whl' });
  for (const [position, piece] of pieces.entries()) await appendToUpload(db, id, position, piece);
  return id;
}

async function contentOf(uploadId: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readUpload(db, uploadId)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function anActivity(): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    `insert into activity (user_id, resource_id, pkg_name, version, action, fractal_server_version, status)
     values ($1, $2, 'a', '1', 'collect', '0', 'pending') returning id`,
    [person.userId, person.resourceId],
  );
  return row!.id;
}

const age = (uploadId: string, minutes: number): Promise<number> =>
  db.execute(`update upload set written_at = clock_timestamp() - make_interval(mins => $2) where id = $1`, [uploadId, minutes]);
const exists = async (uploadId: string): Promise<boolean> =>
  (await db.query('select 1 from upload where id = $1', [uploadId])).length === 1;

describe('an upload', () => {
  it('comes back as it was sent, piece by piece', async () => {
    const pieces = [0, 1, 2].map((first) => new Uint8Array(UPLOAD_CHUNK_BYTES).fill(first));
    const id = await anUpload(...pieces, new Uint8Array([0, 255]));
    expect((await contentOf(id)).equals(Buffer.concat([...pieces, new Uint8Array([0, 255])]))).toBe(true);
  });

  it('may be empty', async () => {
    expect(await contentOf(await anUpload())).toEqual(Buffer.alloc(0));
  });

  it('belongs to one activity, and goes with its work', async () => {
    const id = await anUpload(new Uint8Array([1]));
    const [first, second] = [await anActivity(), await anActivity()];
    await db.transaction((tx) => assignUpload(tx, id, first));
    await expect(db.transaction((tx) => assignUpload(tx, id, second))).rejects.toMatchObject({ code: 'upload.gone' });
    await dropUpload(db, id);
    expect(await exists(id)).toBe(true);
    await dropUploadsOfActivity(db, first);
    expect(await exists(id)).toBe(false);
  });

  it('is swept when nobody took it over within an hour since its last piece', async () => {
    const [old, growing, taken] = [await anUpload(), await anUpload(), await anUpload()];
    const activity = await anActivity();
    await db.transaction((tx) => assignUpload(tx, taken, activity));
    for (const id of [old, growing, taken]) await age(id, 61);
    await appendToUpload(db, growing, 0, new Uint8Array([1]));
    expect(await sweepAbandonedUploads(db)).toBe(1);
    expect(await Promise.all([old, growing, taken].map(exists))).toEqual([false, true, true]);
  });

  it('that was swept takes no more pieces', async () => {
    const id = await anUpload();
    await dropUpload(db, id);
    await expect(appendToUpload(db, id, 0, new Uint8Array([1]))).rejects.toMatchObject({ code: 'upload.gone' });
  });
});
