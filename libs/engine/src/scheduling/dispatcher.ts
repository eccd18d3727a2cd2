import { Lease, LeaseLostError, ringWork, type Database, type NextLook, type WorkKey, type WorkKind } from '@fractal-server/database';
import type { Logger } from './logger.js';

/**
 * One step for one thing: reads the desired and the observed state from PostgreSQL, does what follows, writes it down. Called again and
 * again, by anybody, after any crash. What it throws is noted in the thing's line of work and tried again later.
 */
export type Reconcile = (id: number, lease: Lease) => Promise<NextLook>;

/** Who reconciles which kind of work. */
export type ReconcileHandlers = Readonly<Partial<Record<WorkKind, Reconcile>>>;

/** What a dispatcher needs. */
export interface DispatcherOptions {
  readonly database: Database;
  readonly handlers: ReconcileHandlers;
  readonly logger: Logger;
  /** Names this process in leases. */
  readonly owner: string;
  /** Looks at the same time. */
  readonly concurrency: number;
}

/** A look that is due within this many seconds is taken by this process itself: the sweep would come later. */
const OWN_TIMER_SECONDS = 2;
/** Steps under one lease before it is handed back, in case a thing never comes to rest. */
const MAX_STEPS = 1_000;

interface Look {
  readonly key: WorkKey;
  /** Somebody asked again while the look was under way. */
  again: boolean;
  readonly done: Promise<void>;
}

/**
 * Looks at things, each at most once at a time in this process and, through leases, in all processes together. In-process requests are
 * answered at once, without a queue or a sweep in between.
 */
export class Dispatcher {
  private readonly looks = new Map<string, Look>();
  private readonly waiting = new Map<string, WorkKey>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private stopped = false;

  constructor(private readonly options: DispatcherOptions) {}

  /** Looks that could begin now. */
  get freeHands(): number {
    return this.stopped ? 0 : Math.max(0, this.options.concurrency - this.looks.size - this.waiting.size);
  }

  /** Looks that are under way. */
  get activeLooks(): number {
    return this.looks.size;
  }

  /** Asks for a look, soon. Never waits and never fails. */
  nudge(key: WorkKey): void {
    void this.look(key);
  }

  /** Looks now, or as soon as a hand is free. Resolves when the look that was asked for is over; never rejects. */
  look(key: WorkKey): Promise<void> {
    const name = `${key.kind} ${key.id}`;
    if (this.stopped || this.options.handlers[key.kind] === undefined) return Promise.resolve();
    const running = this.looks.get(name);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    if (this.looks.size >= this.options.concurrency) {
      this.waiting.set(name, key);
      return Promise.resolve();
    }
    const look: Look = { key, again: false, done: Promise.resolve().then(() => this.run(name, look)) };
    this.looks.set(name, look);
    return look.done;
  }

  /** Takes nothing new and waits for the looks under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.waiting.clear();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    await Promise.all([...this.looks.values()].map(({ done }) => done));
  }

  private async run(name: string, look: Look): Promise<void> {
    do {
      look.again = false;
      if (await this.lookOnce(look.key)) look.again = true;
    } while (look.again && !this.stopped);
    this.looks.delete(name);
    const [next] = this.waiting;
    if (next === undefined) return;
    this.waiting.delete(next[0]);
    this.nudge(next[1]);
  }

  /** @returns whether another look is due at once */
  private async lookOnce(key: WorkKey): Promise<boolean> {
    const { database, logger, owner } = this.options;
    try {
      const lease = await Lease.take(database, key, owner);
      if (lease !== null) return await this.lookUnder(lease);
      // Somebody else is looking: that look must not be the last word on what we heard.
      await ringWork(database, key);
    } catch (error) {
      logger.warn({ [key.kind]: key.id, error: String(error) }, 'a look could not be taken or handed back');
    }
    return false;
  }

  private async lookUnder(lease: Lease): Promise<boolean> {
    const { kind, id } = lease.key;
    try {
      const next = await this.step(lease);
      const isRung = await lease.release(next);
      if (!isRung && next !== 'closed') this.lookLater(lease.key, next.afterSeconds);
      return isRung;
    } catch (error) {
      lease.stop();
      if (error instanceof LeaseLostError || lease.signal.aborted) {
        this.options.logger.info({ [kind]: id, epoch: lease.epoch }, 'the lease was lost, the step is given up');
        return false;
      }
      this.options.logger.error({ [kind]: id, error: String((error as Error).stack ?? error) }, 'a step failed and is tried again');
      await lease.releaseAfterFailure(error);
      return false;
    }
  }

  private lookLater(key: WorkKey, afterSeconds: number | null): void {
    if (afterSeconds === null || afterSeconds > OWN_TIMER_SECONDS || this.stopped) return;
    const name = `${key.kind} ${key.id}`;
    clearTimeout(this.timers.get(name));
    const timer = setTimeout(() => {
      this.timers.delete(name);
      this.nudge(key);
    }, afterSeconds * 1_000);
    this.timers.set(name, timer.unref());
  }

  private async step(lease: Lease): Promise<Exclude<NextLook, 'now'>> {
    const { kind, id } = lease.key;
    const reconcile = this.options.handlers[kind];
    for (let step = 0; step < MAX_STEPS && reconcile !== undefined && !this.stopped; step += 1) {
      const next = await reconcile(id, lease);
      if (next !== 'now') return next;
    }
    return { afterSeconds: 0 };
  }
}
