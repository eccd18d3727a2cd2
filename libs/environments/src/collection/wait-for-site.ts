import { findLastActivityMessage, findMaxWaitSeconds, findOpenActivityAttempt, logActivity, type NextLook } from '@fractal-server/database';
import type { CollectionContext, CollectionTurn } from './collection-context.js';
import { logLine } from './move-on.js';
import { messageOf } from './trouble.js';

/** Until a site that did not answer is tried again; a connection has a back-off of its own. */
const AGAIN_SECONDS = 10;
const WAITS = 'The collection waits: ';

/** A site has been away for longer than its resource allows (`settings.max_wait_seconds`). */
export class PatienceOver extends Error {
  override readonly name = 'PatienceOver';

  constructor(seconds: number, reason: string) {
    super(`The site was away for more than ${seconds} s, the most that the resource allows (max_wait_seconds): ${reason}`);
  }
}

/**
 * A passing trouble of the site is waited for, and told once in the log: without limit, unless the resource sets one. As with the jobs of a
 * cluster, what was handed over and may run there is always waited for.
 * @throws PatienceOver
 */
export async function waitForSite({ database }: CollectionContext, { collection, lease }: CollectionTurn, error: Error): Promise<NextLook> {
  const { id, action, resourceId } = collection.activity;
  const waitingReason = messageOf(error);
  const most = await findMaxWaitSeconds(database, resourceId);
  const left = most === null ? Infinity : most - (lease.waitingSeconds ?? 0);
  if (most !== null && left <= 0 && (await findOpenActivityAttempt(database, id))?.state !== 'claimed') {
    throw new PatienceOver(most, waitingReason);
  }
  if ((await findLastActivityMessage(database, id))?.startsWith(WAITS) !== true) {
    await lease.transaction((transaction) => logActivity(transaction, id, action, [logLine('WARNING', `${WAITS}${waitingReason}`)]));
  }
  const again = AGAIN_SECONDS * (0.75 + Math.random() / 2);
  return { afterSeconds: left > 0 ? Math.min(again, left) : again, waitingReason };
}
