import {
  endJob,
  listJobsWaitingForDataset,
  moveJob,
  readJobLog,
  ringWork,
  type EngineJob,
  type Lease,
  type NextLook,
} from '@fractal-server/database';
import { archiveJobFolder } from '../archive/archive-job-folder.js';
import type { EngineContext } from '../engine-context.js';
import { engineFailPoints } from '../fail-points.js';
import { writeWorkflowLog } from '../logs/workflow-log.js';
import { attemptsFolder, isFolderOfJob } from './job-folder.js';

/**
 * The end of a job: its log first, then the status that clients see, then the archive (contract: runner.md 7.2, 7.3). Every part may be
 * repeated after a crash.
 */
export async function finalizeJob(context: EngineContext, lease: Lease, job: EngineJob): Promise<NextLook> {
  const calls = await lease.beforeEffect();
  const hasFolder = await isFolderOfJob(context.host, job, calls);
  const text = await readJobLog(context.database, job.id);
  if (hasFolder) {
    await engineFailPoints.around('log', async () => {
      try {
        await writeWorkflowLog(context.host, job, text, calls);
      } catch (error) {
        // A full disk must not keep the job from its end: the lines are in the database, and the API shows them from there.
        context.logger.warn({ job: job.id, error: String(error) }, 'workflow.log could not be written');
      }
    });
  }
  if (job.status === 'submitted') {
    await engineFailPoints.around('end', () => lease.transaction((tx) => endJob(tx, job.id, text)));
  }
  for (const id of await listJobsWaitingForDataset(context.database, job)) {
    await ringWork(context.database, { kind: 'job', id });
    context.nudge({ kind: 'job', id });
  }
  if (hasFolder) {
    await context.host.remove(attemptsFolder(job.workingDir), await lease.beforeEffect());
    if (job.resource.get('type') !== 'local') await removeClusterAttempts(context, lease, job);
    await engineFailPoints.around('archive', () => archiveJobFolder(context, lease, job));
  }
  await engineFailPoints.around('close', () => lease.transaction((tx) => moveJob(tx, job.id, 'finalizing', 'closed')));
  return 'closed';
}

/** The job has ended, whatever becomes of what it left on the cluster. */
async function removeClusterAttempts({ clusters, logger }: EngineContext, lease: Lease, job: EngineJob): Promise<void> {
  try {
    const cluster = await clusters.of(job);
    await cluster.removeFolder(attemptsFolder(job.workingDirUser), await lease.beforeEffect());
  } catch (error) {
    lease.signal.throwIfAborted();
    logger.warn({ job: job.id, error: String(error) }, 'the folder of attempts on the cluster could not be removed');
  }
}
