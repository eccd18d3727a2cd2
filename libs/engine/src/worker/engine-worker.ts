import { listServedAddresses, seePlace, type Database, type ServedWork } from '@fractal-server/database';
import { SignsOfLife } from '@fractal-server/execution';
import type { LocalHost, Place } from '@fractal-server/hosts';
import { BellListener, BellRinger, type BellAddress, type QueueBackend } from '@fractal-server/queue';
import { randomBytes } from 'node:crypto';
import type { AbsenceRules } from '../accounts/judge-sight.js';
import { reconcileAccount } from '../accounts/reconcile-account.js';
import { reconcileBatch } from '../batches/reconcile-batch.js';
import type { EngineContext } from '../engine-context.js';
import { reconcileJob } from '../jobs/reconcile-job.js';
import { NO_CLUSTERS } from '../slurm/cluster/no-clusters.js';
import type { ClusterDirectory } from '../slurm/cluster/cluster-directory.js';
import type { EndRules } from '../slurm/end-rules.js';
import { Preparation } from '../slurm/preparation.js';
import { RecentCancels } from '../slurm/recent-cancels.js';
import { BatchWatches } from '../local/batch-watches.js';
import { SlotKeeper } from '../local/slot-keeper.js';
import { leaveProbes } from '../probes/leave-probes.js';
import { reconcileQuestion } from '../questions/reconcile-question.js';
import { Dispatcher, type ReconcileHandlers } from '../scheduling/dispatcher.js';
import type { Logger } from '../scheduling/logger.js';
import { Sweeper } from '../scheduling/sweeper.js';

/** What a worker of the engine is made of. */
export interface EngineWorkerOptions {
  readonly database: Database;
  readonly queue: QueueBackend;
  readonly host: LocalHost;
  readonly place: Place;
  /** Types of resources that this worker serves. */
  readonly backendTypes: readonly string[];
  /** Names of resources; null: all of these types. */
  readonly resourceNames: readonly string[] | null;
  readonly serverEnvironment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly placeSilentSeconds: number;
  readonly placeLostSeconds: number;
  readonly pauseRetrySeconds: number;
  readonly pauseLimitSeconds: number;
  /** The clusters that it reaches. Default: none. */
  readonly clusters?: ClusterDirectory;
  /** When a SLURM job that is not seen counts as gone; other times for tests. */
  readonly absenceRules?: AbsenceRules;
  /** When a SLURM job that has ended counts as over; other times for tests. */
  readonly endRules?: EndRules;
  /** Who reconciles the kinds of work that are not the engine's. */
  readonly handlers?: (nudge: EngineContext['nudge']) => ReconcileHandlers;
  /**
   * Looks at the same time. Default 8, since the connection pool has ten connections; 64 where clusters are served, whose looks mostly wait for
   * calls that many of them share.
   */
  readonly concurrency?: number;
}

/** How a worker is doing. */
export interface WorkerHealth {
  /** Milliseconds since the last sweep that worked. */
  readonly sweepSilentMs: number;
  readonly activeLooks: number;
  readonly watchedBatches: number;
}

/** Sweeps between two times that looks at watched batches are put off: less than half of the time for which they are (`POSTPONE_SECONDS`). */
const SWEEPS_PER_POSTPONEMENT = 2;
/** Sweeps between two times that this worker shows itself at its place and looks for new resources. */
const SWEEPS_PER_ROUND = 10;
/** Sweeps between two times that this worker leaves a file where the API is to see it. */
const SWEEPS_PER_PROBE = 60;

/**
 * One worker: hears bells, sweeps, and looks at what it serves. Any number may run, on any number of machines; nothing that is needed to
 * go on lives in its memory.
 */
export class EngineWorker {
  private readonly dispatcher: Dispatcher;
  private readonly sweeper: Sweeper;
  private readonly ringer: BellRinger;
  private readonly listener: BellListener;
  private readonly watches: BatchWatches;
  private readonly slots: SlotKeeper;
  private readonly served: ServedWork;
  private sweeps = 0;
  private probing: Promise<void> = Promise.resolve();

  constructor(private readonly options: EngineWorkerOptions) {
    const { database, queue, host, place, logger } = options;
    const nudge: EngineContext['nudge'] = (key) => this.dispatcher.nudge(key);
    this.watches = new BatchWatches(nudge);
    this.slots = new SlotKeeper(database, host, place, logger);
    this.served = { backendTypes: options.backendTypes, resourceNames: options.resourceNames, place: place.name };
    const context: EngineContext = {
      clusters: NO_CLUSTERS,
      ...options,
      ...{ watches: this.watches, slots: this.slots, nudge },
      ...{ recentCancels: new RecentCancels(), heartbeats: new SignsOfLife(), preparation: new Preparation() },
    };
    this.dispatcher = new Dispatcher({
      database,
      logger,
      owner: `${place.name}.${process.pid}.${randomBytes(4).toString('hex')}`,
      concurrency: options.concurrency ?? (options.clusters === undefined ? 8 : 64),
      handlers: {
        ...options.handlers?.(nudge),
        job: (id, lease) => reconcileJob(context, id, lease),
        batch: (id, lease) => reconcileBatch(context, id, lease),
        account: (id, lease) => reconcileAccount(context, id, lease),
        question: (id, lease) => reconcileQuestion(context, id, lease),
      },
    });
    this.ringer = new BellRinger(queue, (bell, reason) => logger.debug({ ...bell, reason: reason.message }, 'a bell was lost'));
    this.listener = new BellListener(queue, (bell) => this.dispatcher.look(bell), {
      invalid: (error) => logger.error({ error: error.message }, 'a message in the queue is no bell'),
      trouble: (name, error) => logger.debug({ queue: name, error: error.message }, 'the queue is in trouble'),
    });
    this.sweeper = new Sweeper({
      database,
      dispatcher: this.dispatcher,
      served: this.served,
      logger,
      ring: (work) => this.ringer.ring(work, work),
      // The first job on a new resource is found by a sweep; the next ones are heard.
      onDue: (work) => this.listenTo(work),
      onSweep: () => this.keepUp(),
    });
  }

  /** Begins to work; resolves when the worker has shown itself at its place and listens. */
  async start(): Promise<void> {
    await this.showItself();
    this.probe();
    this.sweeper.start();
  }

  get health(): WorkerHealth {
    return { sweepSilentMs: this.sweeper.silentMs, activeLooks: this.dispatcher.activeLooks, watchedBatches: this.watches.size };
  }

  /** Takes nothing new, finishes the steps at hand, hands its batches over. No unit is stopped. */
  async stop(): Promise<void> {
    await this.sweeper.stop();
    const listening = this.listener.close();
    await this.dispatcher.stop();
    await listening;
    await this.slots.stop();
    await this.probing;
    await this.watches.handOver(this.options.database).catch(() => undefined);
    await this.ringer.close();
  }

  private async keepUp(): Promise<void> {
    this.sweeps += 1;
    if (this.sweeps % SWEEPS_PER_POSTPONEMENT === 0) await this.watches.postpone(this.options.database);
    if (this.sweeps % SWEEPS_PER_PROBE === 0) this.probe();
    if (this.sweeps % SWEEPS_PER_ROUND > 0) return;
    await this.showItself();
    if (this.watches.size > 0) this.slots.changed();
  }

  private async showItself(): Promise<void> {
    const { database, place } = this.options;
    await seePlace(database, place);
    for (const address of await listServedAddresses(database, this.served)) this.listenTo(address);
  }

  /** Beside everything else: a file system that hangs holds nobody up. */
  private probe(): void {
    const { database, host, logger } = this.options;
    this.probing = leaveProbes(database, host, this.served, logger).catch((error: unknown) =>
      logger.warn({ reason: String(error) }, 'probe files could not be left'),
    );
  }

  private listenTo(address: BellAddress): void {
    this.listener.listen('jobs', address);
    this.listener.listen('environments', address);
  }
}
