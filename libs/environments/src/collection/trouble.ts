import { ActivityMoved, isDatabaseAway, isUnstorableValue, sqlState, type Lease } from '@fractal-server/database';
import { HostCallAborted, HostCallTimedOut } from '@fractal-server/hosts';

/**
 * Trouble of the server or the site, after which the same step is done again: the database is away, the lease is lost, a file system hangs.
 * Everything else is the collection's own failure, which its owner has to hear of.
 */
export function isPassingTrouble(error: unknown, lease: Lease): boolean {
  if (lease.signal.aborted || error instanceof ActivityMoved) return true;
  if (error instanceof HostCallTimedOut || error instanceof HostCallAborted) return true;
  if (isUnstorableValue(error)) return false;
  if (isDatabaseAway(error) || sqlState(error) !== undefined) return true;
  return error instanceof Error && error.cause !== undefined && isPassingTrouble(error.cause, lease);
}

/** What an error says to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
