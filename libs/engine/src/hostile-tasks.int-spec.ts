import type { Database } from '@fractal-server/database';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWorker, waitForJob, type TestWorker } from '../test/test-worker.js';
import { anImage, aWorkflow, submit, type FakeTask } from '../test/workflow-fixture.js';

const SECRETS = { JWT_SECRET_KEY: 'planted-1', POSTGRES_PASSWORD: 'planted-2', OAUTH_CLIENT_SECRET: 'planted-3' };

let test: TestDatabase;
let db: Database;
let worker: TestWorker;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  worker = await startTestWorker(test.options, { serverEnvironment: { ...process.env, ...SECRETS, SITE_LICENSE: 'for tasks' } });
});
afterAll(async () => {
  await worker.stop();
  await test.close();
});

async function outcomeOf(task: FakeTask, settings: object = {}): Promise<{ status: string; log: string; units: string[]; folder: string }> {
  const fixture = await aWorkflow(db, { images: [anImage('a'), anImage('b')], settings, tasks: [task] });
  const jobId = await submit(db, fixture);
  const { status, log, working_dir } = await waitForJob(db, jobId);
  const units = await db.query<{ status: string }>(
    'select u.status from unit u join run r on r.id = u.run_id where r.job_id = $1 order by u.id',
    [jobId],
  );
  return { status, log: log ?? '', units: units.map((unit) => unit.status), folder: working_dir };
}

/** One bad unit, on the first image; the other one is fine. */
const oneBad = (action: object): FakeTask => ({ type: 'parallel', plan: { parallel: { '/d/zarr/a': action } } });

async function aScript(text: string): Promise<string> {
  const fixture = await aWorkflow(db, { tasks: [] });
  const path = join(fixture.folder, 'task.sh');
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('a task that', () => {
  it.each([
    ['writes text that is no JSON', { raw: '{"image_list_updates": [' }],
    ['writes a number that no JSON has', { raw: '{"image_list_updates": NaN}' }],
    ['writes NUL into a URL', { out: { image_list_updates: [{ zarr_url: '/d/zarr/\u0000' }] } }],
    ['writes NUL into an attribute', { out: { image_list_updates: [{ zarr_url: '/d/zarr/a', attributes: { x: '\u0000' } }] } }],
    ['writes half of a surrogate pair', { raw: '{"image_list_updates": [{"zarr_url": "/d/zarr/a", "attributes": {"x": "\\ud800"}}]}' }],
    ['ends by a signal', { signal: 9 }],
    ['fails', { fail: 'boom \u0000 \u2603' }],
  ])('%s fails its unit and not the other', { timeout: 60_000 }, async (_what, action) => {
    const { status, log, units } = await outcomeOf(oneBad(action));
    expect(units).toEqual(['failed', 'done']);
    expect(status).toBe('failed');
    expect(log).toMatch(/^JOB ERROR in Fractal job/);
  });

  it('cannot be started fails with a hint', async () => {
    const { units, log } = await outcomeOf({ type: 'parallel', plan: {}, command: '/nonexistent/program' });
    expect(units).toEqual(['failed', 'failed']);
    expect(log).toContain('make sure that it is executable');
  });

  it('holds shell characters in its command fails without being run', async () => {
    const { units, log } = await outcomeOf({ type: 'parallel', plan: {}, command: '/bin/sh -c $(id)' });
    expect(units).toEqual(['failed', 'failed']);
    expect(log).toContain('Invalid command');
  });

  it('says something impossible after very much that is possible changes nothing', { timeout: 60_000 }, async () => {
    const updates = Array.from({ length: 9_000 }, (_, index) => ({ zarr_url: `/d/zarr/new/${index}`, types: { seen: true } }));
    const out = { image_list_updates: [{ zarr_url: '/d/zarr/a', types: { seen: true } }, ...updates, { zarr_url: '/elsewhere' }] };
    const fixture = await aWorkflow(db, {
      images: [anImage('a')],
      tasks: [{ type: 'non_parallel', plan: { non_parallel: { '*': { out } } } }],
    });
    const { status, log } = await waitForJob(db, await submit(db, fixture));
    expect(status).toBe('failed');
    expect(log).toContain('Cannot create image if zarr_url is not a subfolder of zarr_dir.');
    const sql = 'select zarr_url, types, cardinality(value_ids) as values from image where dataset_id = $1';
    expect(await db.query(sql, [fixture.datasetId])).toEqual([{ zarr_url: '/d/zarr/a', types: new Map(), values: 1 }]);
  });

  it('removes its folder says nothing, and fails nobody', async () => {
    const command = await aScript('rm -rf "$(dirname "$2")"');
    const { status } = await outcomeOf({ type: 'non_parallel', plan: {}, command });
    expect(status).toBe('done');
  });

  it('floods its log fails with a note instead of the log', { timeout: 60_000 }, async () => {
    const command = await aScript('head -c 100000000 /dev/zero | tr "\\0" x; exit 3');
    const { status, log } = await outcomeOf({ type: 'non_parallel', plan: {}, command });
    expect(status).toBe('failed');
    expect(log).toContain('returncode=3');
    expect(log.length).toBeLessThan(10_000);
  });

  it('looks at its environment finds nothing of the server but what the resource names', async () => {
    const { folder } = await outcomeOf(oneBad({ print_environment: true }), { task_environment: ['SITE_LICENSE'] });
    const text = await readFile(join(folder, '0_task_0', 'par-000000-0000000-log.txt'), 'utf8');
    const names = Object.keys(JSON.parse(text) as object).sort();
    expect(text).not.toContain('planted');
    const allowed = ['FRACTAL_ATTEMPT', 'FRACTAL_CACHE_DIR', 'HOME', 'LANG', 'LC_CTYPE', 'PATH', 'SITE_LICENSE', 'TMPDIR', 'USER'];
    expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['FRACTAL_ATTEMPT', 'FRACTAL_CACHE_DIR', 'PATH', 'SITE_LICENSE']));
  });
});
