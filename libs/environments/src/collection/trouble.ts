import { ActivityMoved, isDatabaseAway, isUnstorableValue, sqlState, type Lease } from '@fractal-server/database';
import { HostCallAborted, HostCallTimedOut, HostUnavailable } from '@fractal-server/hosts';
import { NoWayToSite } from '../sites/site-directory.js';

/**
 * Trouble of the server or the site, after which the same step is done again: the database is away, the lease is lost, a file system hangs, a login
 * node cannot be reached. Everything else is the collection's own failure, which its owner has to hear of.
 */
export function isPassingTrouble(error: unknown, lease: Lease): boolean {
  if (lease.signal.aborted || error instanceof ActivityMoved) return true;
  if (error instanceof HostCallAborted || isSiteAway(error)) return true;
  if (isUnstorableValue(error)) return false;
  if (isDatabaseAway(error) || sqlState(error) !== undefined) return true;
  return error instanceof Error && error.cause !== undefined && isPassingTrouble(error.cause, lease);
}

/** The site does not answer at the moment. */
export function isSiteAway(error: unknown): error is HostUnavailable | HostCallTimedOut {
  return error instanceof HostCallTimedOut || (error instanceof HostUnavailable && !error.lasting);
}

/** Nobody gets to the site until an admin has done something: a bad key, a changed host key, a missing profile. */
export function isSiteClosed(error: unknown): error is HostUnavailable | NoWayToSite {
  return error instanceof NoWayToSite || (error instanceof HostUnavailable && error.lasting);
}

/** What an error says to a person. */
export function messageOf(error: unknown): string {
  if (error instanceof HostUnavailable) return `Cannot establish SSH connection. ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
