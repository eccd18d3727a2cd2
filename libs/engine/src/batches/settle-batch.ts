import {
  closeAttempt,
  listUnfinishedUnits,
  moveBatch,
  moveBatchAlong,
  ringWork,
  settleUnits,
  type BatchAttempt,
  type EngineBatch,
  type NextLook,
  type SettledUnit,
  type Transaction,
} from '@fractal-server/database';
import type { AttemptState, BatchState } from '@fractal-server/domain';
import { engineFailPoints } from '../fail-points.js';
import type { BatchStep } from './batch-step.js';

/**
 * Settles a batch that has no more runner: units without a result fail with the reason. Its attempt, if there is one that nobody claimed,
 * was revoked before.
 */
export async function settleBatch(step: BatchStep, attempt: BatchAttempt | null, reason: string): Promise<NextLook> {
  const { context, lease, batch } = step;
  const unfinished = await listUnfinishedUnits(context.database, batch.id);
  const units = unfinished.map(({ index }) => unfinishedUnit(index, reason));
  engineFailPoints.before('settle');
  await lease.transaction(async (tx) => {
    if (attempt?.state === 'named') await closeAttempt(tx, attempt, 'revoked', { reason });
    await settle(tx, batch, units);
    await moveBatch(tx, batch.id, batch.state, 'settled');
    await ringWork(tx, { kind: 'job', id: batch.jobId });
  });
  engineFailPoints.after('settle');
  announceSettled(step);
  return 'closed';
}

/**
 * The claim was taken by a worker: the attempt never runs. The batch is settled with the reason or, without one, tried again under a
 * new name.
 */
export async function giveUpAttempt(step: BatchStep, attempt: BatchAttempt, reason: string | null): Promise<NextLook> {
  if (reason !== null) return settleBatch(step, attempt, reason);
  await step.lease.transaction(async (tx) => {
    await closeAttempt(tx, attempt, 'revoked', {});
    await moveBatch(tx, step.batch.id, 'submitting', 'staged');
  });
  return 'now';
}

/** How an attempt ended, and what follows for the units that it left without a result. */
export interface AttemptEnd {
  readonly state: Extract<AttemptState, 'ended' | 'lost' | 'revoked'>;
  /** In words, for the attempt's row. */
  readonly reason: string;
  /** Units that fail now. */
  readonly failed: readonly SettledUnit[];
  /** Whether other units are left that run in a new attempt. */
  readonly isRepeated: boolean;
  /** Seconds until the new attempt. */
  readonly repeatAfterSeconds: number;
}

/**
 * Closes an attempt that is over and with it the batch, unless units are left for a new attempt.
 * @param note what else belongs into the same transaction
 */
export async function closeOverAttempt(
  step: BatchStep,
  attempt: BatchAttempt,
  end: AttemptEnd,
  note: (tx: Transaction) => Promise<void> = () => Promise.resolve(),
): Promise<NextLook> {
  const { context, lease, batch } = step;
  const last: BatchState = end.isRepeated ? 'staged' : 'settled';
  engineFailPoints.before('settle');
  await lease.transaction(async (tx) => {
    await closeAttempt(tx, attempt, end.state, { reason: end.reason });
    if (end.failed.length > 0) await settle(tx, batch, end.failed);
    await moveBatchAlong(tx, batch.id, batch.state, batch.state === 'gone' ? ['fetched', last] : ['gone', 'fetched', last]);
    await note(tx);
    if (!end.isRepeated) await ringWork(tx, { kind: 'job', id: batch.jobId });
  });
  engineFailPoints.after('settle');
  context.watches.close(batch.id);
  if (end.isRepeated) return end.repeatAfterSeconds === 0 ? 'now' : { afterSeconds: end.repeatAfterSeconds, waitingReason: end.reason };
  announceSettled(step);
  return 'closed';
}

/** A unit that did not end by itself. */
export function unfinishedUnit(index: number, text: string): SettledUnit {
  return { index, hasWarnings: false, failure: { kind: 'unfinished', text }, output: null };
}

/** Statuses of a compound task's units turn together when the run is merged (contract: runner.md 4.4). */
export function turnsAtOnce({ phase }: EngineBatch): boolean {
  return phase === 'parallel' || phase === 'non_parallel';
}

async function settle(tx: Transaction, batch: EngineBatch, units: readonly SettledUnit[]): Promise<void> {
  await settleUnits(tx, {
    batchId: batch.id,
    runId: batch.runId,
    units,
    position: batch.results,
    startedCount: 0,
    turnStatuses: turnsAtOnce(batch),
  });
}

function announceSettled({ context, batch }: BatchStep): void {
  context.watches.close(batch.id);
  context.slots.changed();
  context.nudge({ kind: 'job', id: batch.jobId });
}
