import type { Database, Transaction } from '../connection/database.js';
import { closeWork, fenceLease, LEASE_SECONDS, releaseLease, renewLease, takeLease, type TakenLease } from './lease.queries.js';
import type { WorkAddress, WorkKey } from './work-line.js';

/** Between two renewals; three fit into the time of a lease. */
const RENEWAL_MS = 10_000;
/** An effect gives up this long before the lease would end: the abort needs time to arrive. */
const MARGIN_MS = 5_000;
/** A lease that was renewed so recently is not renewed again before an effect: its deadline is shortened instead. */
const FRESH_MS = 3_000;
const MAX_ERROR_LENGTH = 2_000;

/** Somebody else holds the lease now, or an API request overruled it. Nothing of this step may be written any more. */
export class LeaseLostError extends Error {
  constructor(readonly key: WorkKey) {
    super(`The lease on ${key.kind} ${key.id} is lost`);
    this.name = 'LeaseLostError';
  }
}

/** What a look leaves to be done. */
export type NextLook =
  /** another step, at once */
  | 'now'
  /** nothing, ever: the line of work is removed */
  | 'closed'
  /** after so many seconds, or as soon as somebody rings; null: only then */
  | { readonly afterSeconds: number | null; readonly waitingReason?: string };

/**
 * The right to look at one thing and to write down what was done about it. Time is PostgreSQL's. The epoch fences rows, not effects: an
 * effect of a late holder must be harmless by itself (engine rules 1 and 3).
 */
export class Lease {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  /** When the lease was last known to be ours for 30 seconds, by this process's monotonic clock, which a stopped process cannot hold up. */
  private renewedAt: number;

  private constructor(
    private readonly db: Database,
    readonly key: WorkKey,
    private readonly taken: TakenLease,
    takenAt: number,
  ) {
    this.renewedAt = takenAt;
    this.timer = setTimeout(() => void this.renewInBackground(), RENEWAL_MS);
  }

  /** Takes the lease. @returns null when somebody else has it, or the thing needs no looks any more */
  static async take(db: Database, key: WorkKey, owner: string): Promise<Lease | null> {
    const askedAt = performance.now();
    const taken = await takeLease(db, key, owner);
    return taken === null ? null : new Lease(db, key, taken, askedAt);
  }

  /** Number of this lease; part of the names of files that a late holder might still write. */
  get epoch(): number {
    return this.taken.epoch;
  }

  get address(): WorkAddress {
    return this.taken;
  }

  /** Seconds for which the thing had been waiting, without a break, when the lease was taken; null: it was not. */
  get waitingSeconds(): number | null {
    return this.taken.waitingSeconds;
  }

  /** Fires when the lease is lost: every effect takes it. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * Runs a transaction that commits only while the lease is held.
   * @param first takes locks that come before this line's in the common order of locks
   * @throws LeaseLostError
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>, first?: (transaction: Transaction) => Promise<void>): Promise<T> {
    return this.db.transaction(async (transaction) => {
      await first?.(transaction);
      if ((await fenceLease(transaction, this.key, this.epoch)) === null) throw this.lost();
      return work(transaction);
    });
  }

  /**
   * Renews the lease right before an effect, unless that was done a moment ago.
   * @returns what the effect's calls take: a deadline that lies before the end of the lease, and the signal
   * @throws LeaseLostError
   */
  async beforeEffect(): Promise<{ deadlineMs: number; signal: AbortSignal }> {
    this.signal.throwIfAborted();
    if (performance.now() - this.renewedAt > FRESH_MS) await this.renew();
    const leftMs = LEASE_SECONDS * 1_000 - (performance.now() - this.renewedAt);
    return { deadlineMs: leftMs - MARGIN_MS, signal: this.signal };
  }

  /** Ends the lease. @returns whether another look is due at once because somebody rang meanwhile */
  async release(next: Exclude<NextLook, 'now'>): Promise<boolean> {
    this.stop();
    if (next === 'closed') {
      await closeWork(this.db, this.key, this.epoch);
      return false;
    }
    const { afterSeconds, waitingReason = null } = next;
    const note = { afterSeconds, rings: this.taken.rings, failures: 0, lastError: null, waitingReason };
    return (await releaseLease(this.db, this.key, this.epoch, note)) === true;
  }

  /** Ends the lease after a look that failed: the next one comes later and later. */
  async releaseAfterFailure(error: unknown): Promise<void> {
    this.stop();
    const failures = this.taken.failures + 1;
    const lastError = String((error as Error).stack ?? error)
      .replaceAll('\0', '')
      .slice(0, MAX_ERROR_LENGTH);
    // A ring does not shorten the wait of a thing that fails: `rings` is taken as heard.
    const note = { afterSeconds: backOffSeconds(failures), rings: Number.MAX_SAFE_INTEGER, failures, lastError, waitingReason: null };
    await releaseLease(this.db, this.key, this.epoch, note);
  }

  /** Lets go without a word, for a process that ends: the lease runs out. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async renew(): Promise<void> {
    const askedAt = performance.now();
    if (!(await renewLease(this.db, this.key, this.epoch))) throw this.lost();
    this.renewedAt = askedAt;
  }

  private async renewInBackground(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      // Also when PostgreSQL is away: we cannot know any more whether the lease is still ours.
      if (!this.signal.aborted) this.controller.abort(error);
      return;
    }
    if (this.timer !== undefined) this.timer = setTimeout(() => void this.renewInBackground(), RENEWAL_MS);
  }

  private lost(): LeaseLostError {
    this.stop();
    const error = new LeaseLostError(this.key);
    if (!this.signal.aborted) this.controller.abort(error);
    return error;
  }
}

/** 1, 2, 4, … 60 seconds, with jitter. */
function backOffSeconds(failures: number): number {
  return Math.min(60, 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}
