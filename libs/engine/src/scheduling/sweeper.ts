import { sweepDueWork, type AddressedWork, type Database, type ServedWork } from '@fractal-server/database';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from './dispatcher.js';
import type { Logger } from './logger.js';

/** What a sweeper needs. */
export interface SweeperOptions {
  readonly database: Database;
  readonly dispatcher: Dispatcher;
  readonly served: ServedWork;
  /** Rings for another worker; best effort. */
  readonly ring: (work: AddressedWork) => void;
  readonly logger: Logger;
  /** Told of each line of work whose time has come, before it is looked at. */
  readonly onDue: (work: AddressedWork) => void;
  /** Called at each sweep, for what else has to be kept up. */
  readonly onSweep?: () => Promise<void>;
}

const INTERVAL_MS = 1_000;
/** While PostgreSQL is away sweeps come less and less often, up to this time. */
const LONGEST_INTERVAL_MS = 5_000;

/**
 * Looks for every line of work whose time has come. Recovery relies on this alone: what this worker has hands for it looks at itself, so
 * that a queue that is away or was emptied delays nothing; the rest is rung for others.
 */
export class Sweeper {
  private readonly controller = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private lastSweptAt = 0;
  private failures = 0;

  constructor(private readonly options: SweeperOptions) {}

  /** Milliseconds since the last sweep that worked. */
  get silentMs(): number {
    return Date.now() - this.lastSweptAt;
  }

  start(): void {
    this.lastSweptAt = Date.now();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.controller.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.controller;
    while (!signal.aborted) {
      try {
        await this.sweep();
        this.lastSweptAt = Date.now();
        this.failures = 0;
      } catch (error) {
        this.failures += 1;
        this.options.logger.warn({ error: String(error) }, 'a sweep failed and is repeated');
      }
      // Jitter: workers that were started together do not sweep together.
      const intervalMs = Math.min(LONGEST_INTERVAL_MS, INTERVAL_MS * 2 ** this.failures);
      await sleep(intervalMs * (0.8 + Math.random() * 0.4), undefined, { signal }).catch(() => undefined);
    }
  }

  private async sweep(): Promise<void> {
    const { database, dispatcher, served, ring, onDue, onSweep } = this.options;
    for (const work of await sweepDueWork(database, served)) {
      onDue(work);
      if (dispatcher.freeHands > 0) dispatcher.nudge(work);
      else ring(work);
    }
    await onSweep?.();
  }
}
