/** Short commands, and transfers that may take minutes. */
export type LaneKind = 'command' | 'transfer';

/** At most so many channels at once: OpenSSH allows 10 sessions a connection (`MaxSessions`). */
const MOST = 8;
/** At most so many of them for transfers, so that a `scancel` never waits for a bundle. */
const MOST_TRANSFERS = 3;
/** After the server refused a channel, one more is tried only now and then. */
const GROW_EVERY_MS = 30_000;

interface Waiting {
  readonly kind: LaneKind;
  readonly since: number;
  readonly enter: () => void;
}

/** How the channels of one connection are used, for people who look why something waits. */
export interface LaneReport {
  readonly limit: number;
  readonly open: number;
  readonly waiting: number;
  /** The longest that a call has waited for a channel so far, in milliseconds. */
  readonly longestWaitMs: number;
}

/** Hands out the channels of one connection, first come, first served within each kind. */
export class Lanes {
  private limit = MOST;
  private refusedAt = 0;
  private readonly open: Record<LaneKind, number> = { command: 0, transfer: 0 };
  private queue: Waiting[] = [];
  private longestWaitMs = 0;

  /** @param now a clock in milliseconds that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Wait for a channel. `leave`, called once or more, gives it back, or ends the wait. */
  enter(kind: LaneKind): { readonly entered: Promise<void>; readonly leave: () => void } {
    let waiting: Waiting | undefined;
    let inside = false;
    const entered = new Promise<void>((resolve) => {
      waiting = {
        kind,
        since: this.now(),
        enter: () => {
          inside = true;
          resolve();
        },
      };
    });
    if (waiting !== undefined) {
      this.queue.push(waiting);
    }
    this.admit();
    const leave = () => {
      this.queue = this.queue.filter((one) => one !== waiting);
      if (inside) {
        inside = false;
        this.open[kind] -= 1;
        this.admit();
      }
    };
    return { entered, leave };
  }

  /** The server refused one more channel while others were open: it allows fewer than we thought. */
  refused(): void {
    this.limit = Math.max(1, Math.min(this.limit, this.total) - 1);
    this.refusedAt = this.now();
  }

  /** A new connection, perhaps of a server with other settings. */
  reset(): void {
    this.limit = MOST;
    this.admit();
  }

  get report(): LaneReport {
    return { limit: this.limit, open: this.total, waiting: this.queue.length, longestWaitMs: Math.round(this.longestWaitMs) };
  }

  private get total(): number {
    return this.open.command + this.open.transfer;
  }

  private admit(): void {
    if (this.limit < MOST && this.now() - this.refusedAt > GROW_EVERY_MS) {
      this.limit += 1;
      this.refusedAt = this.now();
    }
    for (let next = this.next(); next !== undefined; next = this.next()) {
      const admitted = next;
      this.queue = this.queue.filter((waiting) => waiting !== admitted);
      this.open[admitted.kind] += 1;
      this.longestWaitMs = Math.max(this.longestWaitMs, this.now() - admitted.since);
      admitted.enter();
    }
  }

  private next(): Waiting | undefined {
    if (this.total >= this.limit) {
      return undefined;
    }
    const transfers = Math.max(1, Math.min(MOST_TRANSFERS, this.limit - 1));
    return this.queue.find(({ kind }) => kind === 'command' || this.open.transfer < transfers);
  }
}
