import type { Database } from '@fractal-server/database';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failJobByAdmin, requestCancel } from './submission/end-job.js';
import { findAttemptProcesses } from '../test/attempt-processes.js';
import { startTestWorker, waitForJob, type TestWorker } from '../test/test-worker.js';
import { anImage, aWorkflow, submit } from '../test/workflow-fixture.js';

let test: TestDatabase;
let db: Database;
const workers: TestWorker[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await test.close();
});

async function aWorker(): Promise<TestWorker> {
  const worker = await startTestWorker(test.options);
  workers.push(worker);
  return worker;
}

async function cancel(jobId: number): Promise<void> {
  await db.transaction((tx) => requestCancel(tx, jobId));
}

async function unitsOf(jobId: number): Promise<{ status: string; url: string }[]> {
  return db.query(`select u.status, u.zarr_urls[1] as url from unit u join run r on r.id = u.run_id where r.job_id = $1 order by u.id`, [
    jobId,
  ]);
}

/** A job whose first unit ends at once and whose other two wait for a file that never comes. */
async function aStuckJob(): Promise<{ jobId: number; folder: string; datasetId: number; again: () => Promise<number> }> {
  const stuck = { wait_for: '/nonexistent/file' };
  const fixture = await aWorkflow(db, {
    images: ['a', 'b', 'c'].map(anImage),
    settings: { local_slots: 3 },
    tasks: [{ type: 'parallel', plan: { parallel: { '/d/zarr/b': stuck, '/d/zarr/c': stuck } }, output_types: { done: true } }],
  });
  return { jobId: await submit(db, fixture), ...fixture, again: () => submit(db, fixture) };
}

async function waitForFirstUnit(jobId: number): Promise<void> {
  await waitFor('the first unit', async () => (await unitsOf(jobId)).some(({ status }) => status === 'done'));
}

describe('a cancel', () => {
  it('before anything has started ends the job without a unit', async () => {
    const { jobId } = await aStuckJob();
    await cancel(jobId);
    await cancel(jobId);
    await aWorker();
    const job = await waitForJob(db, jobId);
    expect(job.status).toBe('failed');
    expect(job.log).toMatch(/^JOB ERROR in Fractal job \d+:\nTRACEBACK:\nJobExecutionError\n/);
    expect(job.log).toContain('shutdown');
    expect(await unitsOf(jobId)).toEqual([]);
  });

  it('ends the units that run, and keeps and merges what had finished', async () => {
    const { jobId, datasetId } = await aStuckJob();
    await waitForFirstUnit(jobId);
    await cancel(jobId);
    const [row] = await db.query('select status from job where id = $1', [jobId]);
    expect(row).toEqual({ status: 'submitted' });
    const job = await waitForJob(db, jobId);
    expect(job.status).toBe('failed');
    expect(job.log).toContain('shutdown');
    expect(await unitsOf(jobId)).toEqual([
      { status: 'done', url: '/d/zarr/a' },
      { status: 'failed', url: '/d/zarr/b' },
      { status: 'failed', url: '/d/zarr/c' },
    ]);
    expect(await db.query('select status from run where job_id = $1', [jobId])).toEqual([{ status: 'failed' }]);
    const images = await db.query<{ types: Map<string, boolean> }>('select types from image where dataset_id = $1 order by position', [
      datasetId,
    ]);
    expect(images.map(({ types }) => types.get('done') ?? false)).toEqual([true, false, false]);
    expect(await findAttemptProcesses(db, jobId)).toEqual([]);
    expect(await readFile(join(job.working_dir, 'workflow.log'), 'utf8')).toContain('2 of 3 units failed');
  });

  it('is refused for a job that is over', async () => {
    const fixture = await aWorkflow(db, { images: [anImage('a')], tasks: [{ type: 'parallel', plan: {} }] });
    const jobId = await submit(db, fixture);
    await waitForJob(db, jobId);
    await expect(cancel(jobId)).rejects.toMatchObject({ code: 'job.not_submitted' });
    await expect(cancel(999_999)).rejects.toMatchObject({ code: 'job.not_found' });
  });
});

describe("an administrator's word", () => {
  it('shows at once, ends the units after it, and no late result changes it', async () => {
    const { jobId, datasetId } = await aStuckJob();
    await waitForFirstUnit(jobId);
    await db.transaction((tx) => failJobByAdmin(tx, jobId, '2026-11-22T10:11:24+00:00'));
    const [row] = await db.query<{ status: string; log: string; end_timestamp: string }>(
      'select status, log, end_timestamp from job where id = $1',
      [jobId],
    );
    expect(row).toMatchObject({
      status: 'failed',
      log: "\nThis job was manually marked as 'failed' by an admin (2026-11-22T10:11:24+00:00).",
    });
    expect((await unitsOf(jobId)).map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    const job = await waitForJob(db, jobId);
    expect(job).toMatchObject({ status: 'failed', log: row?.log });
    expect((await unitsOf(jobId)).map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    expect(await findAttemptProcesses(db, jobId)).toEqual([]);
    const images = await db.query<{ types: Map<string, boolean> }>('select types from image where dataset_id = $1', [datasetId]);
    expect(images.some(({ types }) => types.has('done'))).toBe(false);
  });

  it('lets the next job on the dataset wait until the units of the first have ended', async () => {
    const { jobId, folder, again } = await aStuckJob();
    await waitForFirstUnit(jobId);
    await db.transaction((tx) => failJobByAdmin(tx, jobId, 'now'));
    // The next job finds the units of the same workflow free to end.
    await writeFile(join(folder, 'plan-0.json'), '{}');
    const next = await again();
    const nextJob = await waitForJob(db, next);
    expect(nextJob.status).toBe('done');
    const [order] = await db.query(
      `select (select max(timestamp_ended) from attempt a join batch b on b.id = a.batch_id where b.job_id = $1)
              <= (select min(at) from log_line where job_id = $2) as "isAfter"`,
      [jobId, next],
    );
    expect(order).toEqual({ isAfter: true });
  });
});
