import type { Database } from '@fractal-server/database';
import { readPlace } from '@fractal-server/hosts';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWorker, waitForJob } from '../test/test-worker.js';
import { anImage, aWorkflow, submit, type WorkflowFixture } from '../test/workflow-fixture.js';

let test: TestDatabase;
let db: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
});
afterAll(() => test.close());

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Six units, two at a time; each writes its URL into `started` and waits for the file `go`. */
async function aGatedJob(
  settings: object = {},
): Promise<{ fixture: WorkflowFixture; jobId: number; open: () => Promise<void>; started: () => Promise<string[]> }> {
  const fixture = await aWorkflow(db, {
    images: NAMES.map(anImage),
    settings: { local_slots: 2, ...settings },
    tasks: [{ type: 'parallel', plan: {}, output_types: { done: true } }],
  });
  const started = join(fixture.folder, 'started');
  const go = join(fixture.folder, 'go');
  await writeFile(join(fixture.folder, 'plan-0.json'), JSON.stringify({ parallel: { '*': { append_to: started, wait_for: go } } }));
  return {
    fixture,
    jobId: await submit(db, fixture),
    open: () => writeFile(go, ''),
    started: async () => (await readFile(started, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
  };
}

async function runnerPid(jobId: number): Promise<number> {
  return waitFor('the runner', async () => {
    const [row] = await db.query<{ pid: number | null }>(
      `select (a.owner->>'pid')::integer as pid from attempt a join batch b on b.id = a.batch_id where b.job_id = $1 and a.state = 'claimed'`,
      [jobId],
    );
    return row?.pid;
  });
}

async function unitStatuses(jobId: number): Promise<string[]> {
  const rows = await db.query<{ status: string }>(
    'select u.status from unit u join run r on r.id = u.run_id where r.job_id = $1 order by u.id',
    [jobId],
  );
  return rows.map(({ status }) => status);
}

describe('units under their runner', () => {
  it('go on when the worker stops, and another worker of the place finds them', async () => {
    const { jobId, open, started } = await aGatedJob();
    const first = await startTestWorker(test.options);
    await waitFor('two units', async () => (await started()).length === 2);
    await runnerPid(jobId);
    await first.stop();
    await open();
    const second = await startTestWorker(test.options);
    expect((await waitForJob(db, jobId)).status).toBe('done');
    await second.stop();
    expect((await started()).sort()).toEqual(NAMES.map((name) => `/d/zarr/${name}`));
    expect(await db.query('select count(*) as n from attempt a join batch b on b.id = a.batch_id where b.job_id = $1', [jobId])).toEqual([
      { n: 1 },
    ]);
  });

  it('are left alone by workers of other places', async () => {
    const { jobId, open, started } = await aGatedJob();
    const here = await startTestWorker(test.options, { place: readPlace('here') });
    await waitFor('two units', async () => (await started()).length === 2);
    await runnerPid(jobId);
    await here.stop();
    await open();
    const there = await startTestWorker(test.options, { place: readPlace('there') });
    await waitFor('the end of the runner', async () => (await started()).length === 6);
    const [work] = await db.query<{ place: string; owner: string | null }>(`select place, owner from work where kind = 'batch'`);
    expect(work).toEqual({ place: 'here', owner: null });
    await there.stop();
    const again = await startTestWorker(test.options, { place: readPlace('here') });
    expect((await waitForJob(db, jobId)).status).toBe('done');
    await again.stop();
  });

  it('that had started fail when their runner is killed; the others run in a new attempt', async () => {
    const { jobId, open, started } = await aGatedJob();
    const worker = await startTestWorker(test.options);
    await waitFor('two units', async () => (await started()).length === 2);
    process.kill(await runnerPid(jobId), 'SIGKILL');
    await open();
    const job = await waitForJob(db, jobId);
    await worker.stop();
    expect(job.status).toBe('failed');
    expect(job.log).toContain('The unit runner was killed while this unit was running.');
    expect(await unitStatuses(jobId)).toEqual(['failed', 'failed', 'done', 'done', 'done', 'done']);
    expect((await started()).sort()).toEqual(NAMES.map((name) => `/d/zarr/${name}`));
    const attempts = await db.query(
      'select a.number, a.state from attempt a join batch b on b.id = a.batch_id where b.job_id = $1 order by 1',
      [jobId],
    );
    expect(attempts).toEqual([
      { number: 1, state: 'lost' },
      { number: 2, state: 'ended' },
    ]);
  });

  it('run again after their runner was killed, where the resource allows it', async () => {
    const { jobId, open, started } = await aGatedJob({ retry_lost_units: true });
    const worker = await startTestWorker(test.options);
    await waitFor('two units', async () => (await started()).length === 2);
    process.kill(await runnerPid(jobId), 'SIGKILL');
    await open();
    const job = await waitForJob(db, jobId);
    await worker.stop();
    expect(job.status).toBe('done');
    expect(await unitStatuses(jobId)).toEqual(NAMES.map(() => 'done'));
    expect(await started()).toHaveLength(8);
  });
});

describe('a job', () => {
  it('ends exactly once, however many workers there are', async () => {
    const jobs = await Promise.all(Array.from({ length: 6 }, () => aGatedJob()));
    await Promise.all(jobs.map(({ open }) => open()));
    const workers = await Promise.all([startTestWorker(test.options), startTestWorker(test.options), startTestWorker(test.options)]);
    for (const { jobId, started } of jobs) {
      expect((await waitForJob(db, jobId)).status).toBe('done');
      expect((await started()).sort()).toEqual(NAMES.map((name) => `/d/zarr/${name}`));
    }
    for (const worker of workers) await worker.stop();
    expect(await db.query(`select kind, id from work`)).toEqual([]);
  });
});
