import type { Queryable, Transaction } from '../connection/database.js';
import type { WorkAddress, WorkKey } from './work-line.js';

/** Seconds that a lease lasts, by PostgreSQL's clock. */
export const LEASE_SECONDS = 30;

/** A lease that was just taken. */
export interface TakenLease extends WorkAddress {
  /** Number of this lease: every write names it. */
  readonly epoch: number;
  /** Requests for a look that the holder has heard of. */
  readonly rings: number;
  /** Looks that failed in a row. */
  readonly failures: number;
  /** Seconds for which the thing has been waiting, or failing, without a break; null: it does not. */
  readonly waitingSeconds: number | null;
}

/** Takes the lease when it is free or has run out. @returns null when somebody holds it, or the line is gone */
export async function takeLease(db: Queryable, key: WorkKey, owner: string): Promise<TakenLease | null> {
  const [row] = await db.query<TakenLease>(
    `update work set owner = $3, epoch = epoch + 1, until = clock_timestamp() + interval '${LEASE_SECONDS} seconds'
      where kind = $1 and id = $2 and (until is null or until < clock_timestamp())
      returning epoch, rings, failures, extract(epoch from clock_timestamp() - waiting_since)::float8 as "waitingSeconds", backend_type as "backendType", resource_id as "resourceId", place`,
    [key.kind, key.id, owner],
  );
  return row ?? null;
}

/** Extends a lease. @returns false when it was lost: its holder must not do another effect */
export async function renewLease(db: Queryable, key: WorkKey, epoch: number): Promise<boolean> {
  const renewed = await db.execute(
    `update work set until = clock_timestamp() + interval '${LEASE_SECONDS} seconds' where kind = $1 and id = $2 and epoch = $3 and until is not null`,
    [key.kind, key.id, epoch],
  );
  return renewed === 1;
}

/**
 * The fence at the beginning of a holder's transaction: locks the line, so that nobody can take the lease or overrule it until the commit.
 * @returns the number of rings so far, or null when the lease was lost
 */
export async function fenceLease(transaction: Transaction, key: WorkKey, epoch: number): Promise<number | null> {
  const [row] = await transaction.query<{ rings: number }>(
    `select rings from work where kind = $1 and id = $2 and epoch = $3 for no key update`,
    [key.kind, key.id, epoch],
  );
  return row?.rings ?? null;
}

/** What the holder leaves behind with the lease. */
export interface ReleaseNote {
  /** Seconds until the next look; null: only when somebody rings. */
  readonly afterSeconds: number | null;
  /** Requests that the holder has heard of; if there are more by now, the next look is due at once. */
  readonly rings: number;
  readonly failures: number;
  readonly lastError: string | null;
  /** Why the thing waits, for people. */
  readonly waitingReason: string | null;
}

/** Hands the lease back. @returns whether somebody rang meanwhile; null when the lease was lost */
export async function releaseLease(db: Queryable, key: WorkKey, epoch: number, note: ReleaseNote): Promise<boolean | null> {
  const [row] = await db.query<{ rung: boolean }>(
    `update work set owner = null, until = null, failures = $5, last_error = $6, waiting_reason = $7,
            waiting_since = case when $7::text is null and $5 = 0 then null else coalesce(waiting_since, clock_timestamp()) end,
            next_action_at = case when rings > $4 then clock_timestamp() else clock_timestamp() + make_interval(secs => $8) end
      where kind = $1 and id = $2 and epoch = $3
      returning rings > $4 as rung`,
    [key.kind, key.id, epoch, note.rings, note.failures, note.lastError, note.waitingReason, note.afterSeconds],
  );
  return row?.rung ?? null;
}

/** Removes the line, unless the lease was lost: nothing is left to do. */
export async function closeWork(db: Queryable, key: WorkKey, epoch: number): Promise<void> {
  await db.execute(`delete from work where kind = $1 and id = $2 and epoch = $3`, [key.kind, key.id, epoch]);
}

/** Binds a line to the place where something is about to be started. */
export async function setWorkPlace(transaction: Transaction, key: WorkKey, place: string | null): Promise<void> {
  await transaction.execute(`update work set place = $3 where kind = $1 and id = $2`, [key.kind, key.id, place]);
}
