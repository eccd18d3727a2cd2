import {
  addJobLog,
  findEngineJob,
  findJobPause,
  giveUpPausedJob,
  pauseJob,
  resumeJob,
  ringWork,
  type EngineJob,
  type Lease,
  type NextLook,
} from '@fractal-server/database';
import { failedJobLog, unfinishedFailure } from '@fractal-server/domain';
import type { BatchStep } from '../batches/batch-step.js';
import type { EngineContext } from '../engine-context.js';
import { loggerOf } from '../logs/job-logger.js';

/**
 * A batch met a lasting failure of the site, one that somebody has to mend: a bad key, a missing account, no Python. Its job is paused with the
 * reason, and the batch stays as it is until the job is tried again (design promise 5).
 * @param reason the admin's words
 */
export async function pauseForLastingFailure({ context, lease, batch }: BatchStep, reason: string): Promise<NextLook> {
  const key = { kind: 'job', id: batch.jobId } as const;
  await lease.transaction(async (tx) => {
    const paused = await pauseJob(tx, batch.jobId, reason, context.pauseRetrySeconds);
    if (paused === null) return;
    const job = paused.isNews ? await findEngineJob(tx, batch.jobId) : null;
    if (job !== null) await addJobLog(tx, job.id, loggerOf(job), [{ level: 'WARNING', message: `The job is paused: ${reason}` }]);
    await ringWork(tx, key);
  });
  context.nudge(key);
  return { afterSeconds: context.pauseRetrySeconds, waitingReason: reason };
}

/** The step of a paused job: waits, tries again, or gives up. */
export async function lookAtPaused(context: EngineContext, lease: Lease, job: EngineJob): Promise<NextLook> {
  const pause = await findJobPause(context.database, job.id);
  if (pause === null) return 'now';
  if (pause.sinceSeconds >= context.pauseLimitSeconds) {
    const text = `The job was paused for ${Math.round(pause.sinceSeconds / 3600)} hours: ${pause.reason}`;
    await lease.transaction(async (tx) => {
      await addJobLog(tx, job.id, loggerOf(job), [{ level: 'ERROR', message: text }]);
      await giveUpPausedJob(tx, job.id, failedJobLog(job.id, unfinishedFailure(text)));
    });
    return 'now';
  }
  if (pause.retrySeconds > 0) return { afterSeconds: pause.retrySeconds, waitingReason: `paused: ${pause.reason}` };
  const batches = await lease.transaction((tx) => resumeJob(tx, job.id, pause));
  batches.forEach((key) => context.nudge(key));
  return 'now';
}
