import { explainJob, findJobPause, retryPausedJobs } from '@fractal-server/database';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startTestWorker, waitForJob, type TestWorker } from '../../test/test-worker.js';
import { anImage, aWorkflow, submit, type WorkflowFixture } from '../../test/workflow-fixture.js';
import { requestCancel } from '../submission/end-job.js';
import type { EngineWorkerOptions } from '../worker/engine-worker.js';

let test: TestDatabase;
let worker: TestWorker;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(() => worker.stop());
afterAll(() => test.close());

/** A job whose resource names a Python that is not there. */
async function aJobWithoutPython(
  options: Partial<EngineWorkerOptions> = {},
): Promise<{ jobId: number; fixture: WorkflowFixture; python: string }> {
  const fixture = await aWorkflow(test.database, { images: [anImage('a'), anImage('b')], tasks: [{ type: 'parallel', plan: {} }] });
  const python = join(fixture.folder, 'python');
  await test.database.execute('update resource set jobs_slurm_python_worker = $2 where id = $1', [fixture.person.resourceId, python]);
  worker = await startTestWorker(test.options, options);
  const jobId = await submit(test.database, fixture);
  await waitFor('the pause', () => findJobPause(test.database, jobId), { deadlineMs: 30_000 });
  return { jobId, fixture, python };
}

it('a lasting failure of the site pauses the job with the reason, and it goes on when that was mended and an administrator said so', async () => {
  const { jobId, fixture, python } = await aJobWithoutPython();
  const explained = await waitFor('the batch to wait', async () => {
    const facts = await explainJob(test.database, jobId);
    return facts?.batches[0]?.work?.isUnderWay === false ? facts : null;
  });
  expect(explained).toMatchObject({
    ...{ status: 'submitted', state: 'paused' },
    paused: { reason: expect.stringContaining(python) },
    batches: [{ state: 'submitting', work: { waitingReason: expect.stringContaining(python) } }],
  });
  await symlink('/usr/bin/python3', python);
  expect(await test.database.transaction((tx) => retryPausedJobs(tx, fixture.person.resourceId))).toHaveLength(1);
  const job = await waitForJob(test.database, jobId);
  expect(job.status).toBe('done');
  expect(job.log).toContain('The job is paused: ');
});

it('is tried again by itself', async () => {
  const { jobId, python } = await aJobWithoutPython({ pauseRetrySeconds: 1 });
  await symlink('/usr/bin/python3', python);
  expect(await waitForJob(test.database, jobId)).toMatchObject({ status: 'done' });
});

it('remembers since when it has been paused and says so once, however often it was tried', async () => {
  const { jobId } = await aJobWithoutPython({ pauseRetrySeconds: 1 });
  const since = async () => (await explainJob(test.database, jobId))?.paused ?? null;
  const first = await waitFor('the pause', since);
  await waitFor('another pause', async () => {
    const now = await since();
    return now !== null && now.nextTryAt !== first.nextTryAt ? now.since === first.since || Promise.reject(new Error('begins anew')) : null;
  });
  const said = await test.database.query(`select 1 from log_line where job_id = $1 and message like 'The job is paused%'`, [jobId]);
  expect(said).toHaveLength(1);
});

it('fails with the reason when nobody mends it', async () => {
  const { jobId, python } = await aJobWithoutPython({ pauseRetrySeconds: 1, pauseLimitSeconds: 3 });
  const job = await waitForJob(test.database, jobId);
  expect(job.status).toBe('failed');
  expect(job.log).toContain(python);
  const open = await test.database.query(
    `select u.status, a.state from unit u join batch b on b.id = u.batch_id join attempt a on a.batch_id = b.id where b.job_id = $1`,
    [jobId],
  );
  expect(open).toEqual([
    { status: 'failed', state: 'revoked' },
    { status: 'failed', state: 'revoked' },
  ]);
});

it('can be cancelled while it is paused', async () => {
  const { jobId } = await aJobWithoutPython();
  await test.database.transaction((tx) => requestCancel(tx, jobId));
  expect(await waitForJob(test.database, jobId)).toMatchObject({ status: 'failed' });
});
