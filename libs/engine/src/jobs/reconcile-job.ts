import {
  addJobLog,
  decideJob,
  findEngineJob,
  findRun,
  findStoppingJobOnDataset,
  isPhaseSettled,
  listOpenBatches,
  moveJob,
  ringWork,
  type EngineJob,
  type EngineRun,
  type Lease,
  type NextLook,
} from '@fractal-server/database';
import { failedJobLog, unfinishedFailure } from '@fractal-server/domain';
import type { EngineContext } from '../engine-context.js';
import { loggerOf } from '../logs/job-logger.js';
import { continueAfterInit } from '../runs/continue-after-init.js';
import { mergeRun } from '../runs/merge-run.js';
import { planRun } from '../runs/plan-run.js';
import { SHUTDOWN_TEXT } from '../runs/unit-failure.js';
import { watchPlaces } from '../local/silent-places.js';
import { finalizeJob } from './finalize-job.js';
import { lookAtPaused } from './pause-job.js';
import { makeJobFolder, prepareJob } from './prepare-job.js';

/** Seconds between two looks at a job that its batches will ring when they are settled. */
const WHILE_EXECUTING = { afterSeconds: 60 } as const;
/** Seconds between two looks at a job that waits for another one on its dataset. */
const BEHIND_OTHER_JOB_SECONDS = 5;

/** The next step of a job (docs/engine.md has its states). */
export async function reconcileJob(context: EngineContext, id: number, lease: Lease): Promise<NextLook> {
  const job = await findEngineJob(context.database, id);
  if (job === null) return 'closed';
  if (job.isCancelRequested && (job.state === 'queued' || job.state === 'preparing' || job.state === 'running' || job.state === 'paused')) {
    await lease.transaction((tx) => moveJob(tx, id, job.state, 'stopping'));
    return 'now';
  }
  switch (job.state) {
    case 'queued':
      return startWhenDatasetIsFree(context, lease, job);
    case 'preparing':
      return makeJobFolder(context, lease, job);
    case 'running':
      return runTasks(context, lease, job);
    case 'paused':
      return lookAtPaused(context, lease, job);
    case 'stopping':
      return stopTasks(context, lease, job);
    case 'finalizing':
      return finalizeJob(context, lease, job);
    case 'closed':
      return 'closed';
  }
}

async function startWhenDatasetIsFree(context: EngineContext, lease: Lease, job: EngineJob): Promise<NextLook> {
  const previous = await findStoppingJobOnDataset(context.database, job);
  if (previous !== null) return { afterSeconds: BEHIND_OTHER_JOB_SECONDS, waitingReason: `previous job ${previous} is still stopping` };
  return prepareJob(lease, job);
}

async function runTasks(context: EngineContext, lease: Lease, job: EngineJob): Promise<NextLook> {
  const run = await findRun(context.database, job.id, job.taskPosition);
  return run === null ? planRun(context, lease, job) : continueRun(context, lease, job, run);
}

async function continueRun(context: EngineContext, lease: Lease, job: EngineJob, run: EngineRun): Promise<NextLook> {
  const open = await listOpenBatches(context.database, job.id);
  if (open.length > 0) return { ...WHILE_EXECUTING, ...(await watchPlaces(context, lease, job, open)) };
  const isInitOver = run.state === 'init' && (await isPhaseSettled(context.database, run.id, 'init'));
  return isInitOver && !job.isCancelRequested ? continueAfterInit(context, lease, job, run) : mergeRun(context, lease, job, run);
}

/** Every attempt is ended first; what had finished is merged then, unless an administrator has closed the books already. */
async function stopTasks(context: EngineContext, lease: Lease, job: EngineJob): Promise<NextLook> {
  const open = await listOpenBatches(context.database, job.id);
  for (const { id } of open) {
    const key = { kind: 'batch', id } as const;
    await ringWork(context.database, key);
    context.nudge(key);
  }
  if (open.length > 0) return { afterSeconds: 5, ...(await watchPlaces(context, lease, job, open)) };
  if (job.status === 'submitted') {
    const run = await findRun(context.database, job.id, job.taskPosition);
    if (run !== null) return mergeRun(context, lease, job, run);
  }
  await lease.transaction(async (tx) => {
    await addJobLog(tx, job.id, loggerOf(job), [{ level: 'WARNING', message: 'The job was stopped.' }]);
    await decideJob(tx, job.id, 'stopping', { outcome: 'failed', log: failedJobLog(job.id, unfinishedFailure(SHUTDOWN_TEXT)) });
  });
  return 'now';
}
