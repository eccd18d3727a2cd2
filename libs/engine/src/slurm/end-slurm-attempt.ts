import type { BatchAttempt, NextLook, QueueSight } from '@fractal-server/database';
import { requestStop, revokeAttempt } from '@fractal-server/execution';
import { engineFailPoints } from '../fail-points.js';
import type { SlurmStep } from './slurm-step.js';

/** Seconds between two requests to SLURM to end the same job. */
const AGAIN_SECONDS = 10;

/**
 * The job is to end. What has not been claimed never starts; what runs is asked to end by its folder, which works when the controller is away, and
 * by SLURM. Then the end is waited for like any other.
 */
export async function endSlurmAttempt(step: SlurmStep, attempt: BatchAttempt, sight: QueueSight | null): Promise<NextLook> {
  const { cluster, lease, context } = step;
  if (context.recentCancels.isRecent(attempt.name)) return { afterSeconds: AGAIN_SECONDS, waitingReason: ENDING };
  const calls = await lease.beforeEffect();
  if (attempt.state === 'named') await revokeAttempt(cluster.commands, attempt.folder, calls);
  else await requestStop(cluster.commands, attempt.folder, calls);
  // An id is not a key: only one that was just seen under our name is cancelled by it.
  const seenId = sight?.verdict === 'present' ? sight.slurmJobId : null;
  const forCancel = await lease.beforeEffect();
  await engineFailPoints.around('cancel', () =>
    seenId === null ? cluster.cancelByName(attempt.name, forCancel) : cluster.cancel([seenId], forCancel),
  );
  context.recentCancels.note(attempt.name);
  return { afterSeconds: AGAIN_SECONDS, waitingReason: ENDING };
}

const ENDING = 'SLURM was asked to end the job';
