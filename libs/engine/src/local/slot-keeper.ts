import { listLiveBatches, type Database, type EngineBatch, type LiveBatch } from '@fractal-server/database';
import { attemptFiles, readProgress, RESULTS_START, writeSlots, type ResultsCursor } from '@fractal-server/execution';
import { HostFileError, type Commands, type Files, type Place } from '@fractal-server/hosts';
import { availableParallelism } from 'node:os';
import type { Logger } from '../scheduling/logger.js';
import { planSlots, type RunningBatch, type SlotPlan } from './plan-slots.js';

/** Milliseconds that a call on one small file may take. */
const CALL = { deadlineMs: 5_000 } as const;
/** Milliseconds before slots are shared anew: a runner that was told to start fewer units knows it by then. */
const INTERVAL_MS = 300;
/** Where there are fewer slots than batches, others come first after this time. */
const TURN_MS = 30_000;

/** How many units of an attempt have started and ended, as its results say. */
interface Count {
  readonly cursor: ResultsCursor;
  readonly started: number;
  readonly ended: number;
}

/**
 * Shares the slots of this place among the batches that run here, by rewriting the `slots` files of their attempts. The slots of a
 * resource are never exceeded, and no unit is stopped to give one back. Any worker of the place may do this at any time: what runners
 * were told and what runs is read from their files.
 */
export class SlotKeeper {
  private readonly counts = new Map<string, Count>();
  private timer: NodeJS.Timeout | undefined;
  private sharing: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly host: Commands & Files,
    private readonly place: Place,
    private readonly logger: Logger,
  ) {}

  /** How many units the runner of a new attempt may start at first. More follow when others have ended theirs. */
  async forNewBatch(batch: EngineBatch): Promise<number> {
    const live = await listLiveBatches(this.database, this.place.name);
    const plan = await this.plan(live.filter(({ resourceId }) => resourceId === batch.resourceId));
    this.changed();
    return plan.raised.get(batch.id) ?? 0;
  }

  /** Jobs came, went, or want less: the slots are shared anew, soon. */
  changed(): void {
    if (this.stopped) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sharing = this.sharing.then(() => this.shareAll());
    }, INTERVAL_MS);
  }

  /** Shares no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sharing;
  }

  private async shareAll(): Promise<void> {
    try {
      const live = await listLiveBatches(this.database, this.place.name);
      const folders = new Set(live.map(({ folder }) => folder));
      for (const folder of this.counts.keys()) if (!folders.has(folder)) this.counts.delete(folder);
      for (const resourceId of new Set(live.map((batch) => batch.resourceId))) {
        await this.share(live.filter((batch) => batch.resourceId === resourceId));
      }
    } catch (error) {
      this.logger.warn({ error: String(error) }, 'slots could not be shared anew');
    }
  }

  private async share(batches: readonly LiveBatch[]): Promise<void> {
    const { lowered, raised } = await this.plan(batches);
    for (const [batchId, slots] of lowered.size > 0 ? lowered : raised) {
      const folder = batches.find((batch) => batch.batchId === batchId)?.folder;
      if (folder !== undefined) await this.tell(folder, slots);
    }
    // Those who get more are told in the next round, when those who get less know it.
    if (lowered.size > 0) this.changed();
  }

  private async plan(batches: readonly LiveBatch[]): Promise<SlotPlan> {
    const total = batches[0]?.localSlots ?? availableParallelism();
    const running: RunningBatch[] = [];
    for (const batch of batches) {
      const { started, ended } = await this.count(batch.folder);
      const wanted = Math.min(batch.parallelism ?? total, batch.remaining);
      running.push({ ...batch, wanted, running: started - ended, told: await this.told(batch.folder) });
    }
    return planSlots(total, running, Math.floor(Date.now() / TURN_MS));
  }

  private async count(folder: string): Promise<Count> {
    let count = this.counts.get(folder) ?? { cursor: RESULTS_START, started: 0, ended: 0 };
    for (let more = true; more;) {
      const news = await readProgress(folder, count.cursor);
      count = { cursor: news.cursor, started: count.started + news.started.length, ended: count.ended + news.results.length };
      more = news.more;
    }
    this.counts.set(folder, count);
    return count;
  }

  /** @returns null where the attempt is not laid out yet */
  private async told(folder: string): Promise<number | null> {
    try {
      return Number((await this.host.readFile(attemptFiles(folder).slots, CALL)).toString('utf8').trim());
    } catch (error) {
      if (error instanceof HostFileError && error.errno === 'ENOENT') return null;
      throw error;
    }
  }

  private async tell(folder: string, slots: number): Promise<void> {
    // A named attempt that is not laid out yet gets its slots with that; one that is over has no folder any more.
    if ((await this.told(folder)) !== null) await writeSlots(this.host, folder, slots, CALL);
  }
}
