import {
  deleteTaskGroup,
  dropUploadsOfActivity,
  moveActivity,
  type ActivityLogLine,
  type ActivityMove,
  type NextLook,
  type Transaction,
} from '@fractal-server/database';
import type { CollectionTurn } from './collection-context.js';
import { UNDO } from './step-names.js';

/** What else is written in the transaction that moves a collection on. */
export type AlsoWrite = (transaction: Transaction) => Promise<void>;

/** Takes a collection to its next step. */
export async function moveOn({ collection, lease }: CollectionTurn, move: ActivityMove, also?: AlsoWrite): Promise<NextLook> {
  await lease.transaction(async (transaction) => {
    await also?.(transaction);
    await moveActivity(transaction, collection.activity, move);
  });
  return 'now';
}

/** Writes down why the collection failed; what it made is removed in the next step, however often that has to be tried. */
export async function giveUp(
  look: CollectionTurn,
  failure: string,
  log: readonly ActivityLogLine[] = [],
  also?: AlsoWrite,
): Promise<NextLook> {
  const last = logLine('WARNING', `The collection failed. ${failure}`);
  return moveOn(look, { step: UNDO, status: 'ongoing', log: [...log, last] }, also);
}

/** Ends a collection that failed; the task group never came to be. */
export async function endAsFailed({ collection, lease }: CollectionTurn, log: readonly ActivityLogLine[]): Promise<NextLook> {
  const { activity, group } = collection;
  await lease.transaction(async (transaction) => {
    await moveActivity(transaction, activity, { step: null, status: 'failed', log });
    await dropUploadsOfActivity(transaction, activity.id);
    await deleteTaskGroup(transaction, group.id);
  });
  return 'closed';
}

/** A line of an activity's log. */
export function logLine(level: ActivityLogLine['level'], message: string): ActivityLogLine {
  return { level, message };
}
