import { listProbes, seePlace } from '@fractal-server/database';
import { cleanEnvironment, LocalHost, readPlace } from '@fractal-server/hosts';
import { aResource, createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestWorker } from '../../test/test-worker.js';
import { leaveProbes } from './leave-probes.js';
import { lookForProbe } from './look-for-probe.js';
import { probeFile } from './probe-file.js';

const PLACE = readPlace('here/and “there”');
const host = new LocalHost(cleanEnvironment(process.env));
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let test: TestDatabase;
let resourceId: number;
let folder: string;
beforeAll(async () => {
  test = await createTestDatabase();
  await seePlace(test.database, PLACE);
});
afterAll(() => test.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probes-'));
  resourceId = await aResource(test.database);
  await moveTo(folder);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await test.database.execute('delete from resource where id = $1', [resourceId]);
});

const moveTo = (path: string) => test.database.execute('update resource set jobs_local_dir = $2 where id = $1', [resourceId, path]);
const leave = () => leaveProbes(test.database, host, { backendTypes: ['local'], resourceNames: null, place: PLACE.name }, logger);

/** Why this process does not see what was left; null: it does. */
async function reason(): Promise<string | null> {
  const [probe] = await listProbes(test.database, resourceId);
  return lookForProbe(host, probe!);
}

it('a folder that both see is shared, however often and by however many workers of the place a file is left', async () => {
  await Promise.all([leave(), leave(), leave()]);
  expect(await reason()).toBeNull();
  await leave();
  expect(await reason()).toBeNull();
  expect(await readdir(folder)).toHaveLength(1);
});

it('a file that is not seen, or is of somebody else, says so', async () => {
  await leave();
  await writeFile(probeFile(folder, PLACE.name), 'of another server\n');
  expect(await reason()).toContain('it is not the folder of the worker');
  await rm(probeFile(folder, PLACE.name));
  expect(await reason()).toContain('it is not the same file system, or not at the same path');
});

it('a folder that is not there yet is not made, and nothing is known of it', async () => {
  await moveTo(join(folder, 'jobs'));
  await leave();
  expect(await readdir(folder)).toEqual([]);
  expect(await listProbes(test.database, resourceId)).toEqual([]);
});

it('a worker that cannot leave its file, or not any more, says why', async () => {
  await writeFile(join(folder, 'file'), '');
  await moveTo(join(folder, 'file'));
  await leave();
  expect(await reason()).toMatch(/^The worker could not leave a file there: .*not a directory/i);
  await moveTo(folder);
  await leave();
  await rm(folder, { recursive: true });
  await leave();
  expect(await reason()).toMatch(/^The worker could not leave a file there: .*probes-/);
});

it('nothing is known of a folder that a resource has only now, or of a place without workers', async () => {
  await leave();
  await moveTo(join(folder, 'elsewhere'));
  expect(await listProbes(test.database, resourceId)).toEqual([]);
  await moveTo(folder);
  expect(await listProbes(test.database, resourceId)).toHaveLength(1);
  await test.database.execute(`update place set last_seen_at = clock_timestamp() - interval '2 hours' where name = $1`, [PLACE.name]);
  expect(await listProbes(test.database, resourceId)).toEqual([]);
  await seePlace(test.database, PLACE);
});

it('a worker leaves its file when it starts', async () => {
  const { stop } = await startTestWorker(test.options);
  const probe = await waitFor('the probe', async () => (await listProbes(test.database, resourceId))[0]);
  expect(await lookForProbe(host, probe)).toBeNull();
  await stop();
});
