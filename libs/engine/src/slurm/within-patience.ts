import { findEngineBatch, findLatestAttempt, type BatchAttempt, type NextLook } from '@fractal-server/database';
import type { JsonObject } from '@fractal-server/domain';
import { HostError } from '@fractal-server/hosts';
import type { BatchStep } from '../batches/batch-step.js';
import { settleBatch } from '../batches/settle-batch.js';
import { onCluster } from './slurm-step.js';
import { giveUpUnsubmitted } from './submit-slurm-attempt.js';

/**
 * A full site is a wait without limit, unless the resource sets one (`settings.max_wait_seconds`): then units that could not be handed to SLURM for so
 * long fail with the reason. What may be in SLURM waits there, and a paused job has a limit of its own.
 */
export async function withinPatience(step: BatchStep, attempt: BatchAttempt, work: () => Promise<NextLook>): Promise<NextLook> {
  const next = await work();
  const most = maxWaitSeconds(step.batch.resource);
  if (most === null || next === 'now' || next === 'closed' || next.waitingReason === undefined) return next;
  const { database } = step.context;
  const [batch, latest] = await Promise.all([findEngineBatch(database, step.batch.id), findLatestAttempt(database, step.batch.id)]);
  if (batch?.state !== 'submitting' || batch.jobState === 'paused' || latest?.submittedAt !== null) return next;
  const left = most - (step.lease.waitingSeconds ?? 0);
  if (left > 0) return { ...next, afterSeconds: Math.min(next.afterSeconds ?? left, left) };
  const reason = `The units waited for the cluster for more than ${most} s, the most that the resource allows (max_wait_seconds): ${next.waitingReason}`;
  try {
    return await giveUpUnsubmitted(await onCluster(step), attempt, reason);
  } catch (error) {
    // No submission was begun: where the cluster cannot be reached, there is no claim that has to be taken.
    if (error instanceof HostError) return settleBatch(step, attempt, reason);
    throw error;
  }
}

function maxWaitSeconds(resource: JsonObject): number | null {
  const most = (resource.get('settings') as JsonObject | undefined)?.get('max_wait_seconds');
  return typeof most === 'number' ? most : null;
}
