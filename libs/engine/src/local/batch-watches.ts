import { postponeWork, ringWork, type Database, type WorkKey } from '@fractal-server/database';
import { watchAttempt, type AttemptWatch, type Owner } from '@fractal-server/execution';

/** News of progress are passed on once per this time at most: each one costs a transaction, however many units ended meanwhile. */
const PROGRESS_MS = 1_000;
/** How far the next look at a watched batch is put off, again and again, while this process lives. */
const POSTPONE_SECONDS = 5;
/** How long a look that went well stands for the next ones. Then a batch is looked at whatever the watch says: news, or a ring, may have been lost. */
const TRUSTED_MS = 30_000;

/** A folder under watch. */
interface Watched {
  readonly watch: AttemptWatch;
  readonly knowsOwner: boolean;
  /** When a look at the batch last went well, by this process's monotonic clock. */
  seenAt: number;
}

/**
 * The live batches that this process keeps an eye on. While it does, nobody needs to look at them in the database; when it dies, their
 * time comes within some seconds and another worker of the place adopts them. A batch whose runner is not known yet, or whose looks fail,
 * is watched too, but its next look is not put off: that would be its last word.
 */
export class BatchWatches {
  private readonly watches = new Map<number, Watched>();

  constructor(private readonly nudge: (key: WorkKey) => void) {}

  /** Number of batches that are watched. */
  get size(): number {
    return this.watches.size;
  }

  /** Begins to watch an attempt's folder. It is called again after every look that went well, and when the owner is known. */
  watch(batchId: number, folder: string, owner: Owner | null): void {
    const known = this.watches.get(batchId);
    if (known !== undefined && (known.knowsOwner || owner === null)) {
      known.seenAt = performance.now();
      return;
    }
    known?.watch.close();
    const watch = watchAttempt(folder, {
      runner: owner ?? undefined,
      throttleMs: PROGRESS_MS,
      onNews: (news) => {
        if (news !== 'progress') this.watches.delete(batchId);
        this.nudge({ kind: 'batch', id: batchId });
      },
    });
    this.watches.set(batchId, { watch, knowsOwner: owner !== null, seenAt: performance.now() });
  }

  /** The batch is settled, or its attempt is over. */
  close(batchId: number): void {
    this.watches.get(batchId)?.watch.close();
    this.watches.delete(batchId);
  }

  /** Puts off the looks at all batches that run as they should, with one statement. */
  async postpone(db: Database): Promise<void> {
    const trustedSince = performance.now() - TRUSTED_MS;
    const quiet = [...this.watches].filter(([, { knowsOwner, seenAt }]) => knowsOwner && seenAt >= trustedSince);
    if (quiet.length > 0)
      await postponeWork(
        db,
        quiet.map(([id]) => keyOf(id)),
        POSTPONE_SECONDS,
      );
  }

  /** Lets go of all batches and asks others to adopt them now: this process ends. */
  async handOver(db: Database): Promise<void> {
    const keys = this.keys();
    for (const { watch } of this.watches.values()) watch.close();
    this.watches.clear();
    for (const key of keys) await ringWork(db, key);
  }

  private keys(): WorkKey[] {
    return [...this.watches.keys()].map(keyOf);
  }
}

function keyOf(id: number): WorkKey {
  return { kind: 'batch', id };
}
