import { listLiveBatches, type Database, type EngineBatch, type LiveBatch } from '@fractal-server/database';
import { writeSlots } from '@fractal-server/execution';
import { HostFileError, type Files, type Place } from '@fractal-server/hosts';
import { availableParallelism } from 'node:os';
import type { Logger } from '../scheduling/logger.js';
import { shareSlots } from './share-slots.js';

/** Milliseconds that a write of one small file may take. */
const WRITE_DEADLINE_MS = 5_000;
/** Milliseconds between two shares, so that many short batches do not share slots all the time. */
const INTERVAL_MS = 250;

/**
 * Shares the slots of this place among the batches that run here, by rewriting the `slots` files of their attempts. No unit is stopped to
 * give a slot back.
 */
export class SlotKeeper {
  private readonly written = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private sharing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly host: Files,
    private readonly place: Place,
    private readonly logger: Logger,
  ) {}

  /** How many units the runner of a new attempt may start at first. */
  async forNewBatch(batch: EngineBatch): Promise<number> {
    const live = await listLiveBatches(this.database, this.place.name);
    return this.share(live).get(batch.id) ?? 0;
  }

  /** Jobs came, went, or want less: the slots are shared anew, soon. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sharing = this.sharing.then(() => this.shareAll());
    }, INTERVAL_MS);
  }

  /** Shares no more. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.sharing;
  }

  private async shareAll(): Promise<void> {
    try {
      const live = await listLiveBatches(this.database, this.place.name);
      const slots = this.share(live);
      const folders = new Set(live.map(({ folder }) => folder));
      for (const folder of this.written.keys()) if (!folders.has(folder)) this.written.delete(folder);
      for (const { batchId, folder } of live) await this.write(folder, slots.get(batchId) ?? 0);
    } catch (error) {
      this.logger.warn({ error: String(error) }, 'slots could not be shared anew');
    }
  }

  private share(live: readonly LiveBatch[]): Map<number, number> {
    const slots = new Map<number, number>();
    for (const resourceId of new Set(live.map((batch) => batch.resourceId))) {
      const batches = live.filter((batch) => batch.resourceId === resourceId);
      const total = batches[0]?.localSlots ?? availableParallelism();
      const demands = batches.map((batch) => ({ ...batch, wanted: Math.min(batch.parallelism ?? total, batch.remaining) }));
      for (const [batchId, count] of shareSlots(total, demands)) slots.set(batchId, count);
    }
    return slots;
  }

  private async write(folder: string, count: number): Promise<void> {
    if (this.written.get(folder) === count) return;
    try {
      await writeSlots(this.host, folder, count, { deadlineMs: WRITE_DEADLINE_MS });
      this.written.set(folder, count);
    } catch (error) {
      // A named attempt whose folder is still to be made gets its slots with it.
      if (!(error instanceof HostFileError && error.errno === 'ENOENT')) throw error;
    }
  }
}
