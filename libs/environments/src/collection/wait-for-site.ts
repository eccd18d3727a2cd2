import { findLastActivityMessage, logActivity, type NextLook } from '@fractal-server/database';
import type { CollectionContext, CollectionTurn } from './collection-context.js';
import { logLine } from './move-on.js';
import { messageOf } from './trouble.js';

/** Until a site that did not answer is tried again; a connection has a back-off of its own. */
const AGAIN_SECONDS = 10;
const WAITS = 'The collection waits: ';

/** A passing trouble of the site is waited for, without limit, and told once in the log. */
export async function waitForSite({ database }: CollectionContext, { collection, lease }: CollectionTurn, error: Error): Promise<NextLook> {
  const { id, action } = collection.activity;
  const waitingReason = messageOf(error);
  if ((await findLastActivityMessage(database, id))?.startsWith(WAITS) !== true) {
    await lease.transaction((transaction) => logActivity(transaction, id, action, [logLine('WARNING', `${WAITS}${waitingReason}`)]));
  }
  return { afterSeconds: AGAIN_SECONDS * (0.75 + Math.random() / 2), waitingReason };
}
