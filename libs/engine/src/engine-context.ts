import type { Database, WorkKey } from '@fractal-server/database';
import type { LocalHost, Place } from '@fractal-server/hosts';
import type { AbsenceRules } from './accounts/judge-sight.js';
import type { Clusters } from './accounts/clusters.js';
import type { Logger } from './scheduling/logger.js';
import type { BatchWatches } from './local/batch-watches.js';
import type { SlotKeeper } from './local/slot-keeper.js';

/** What the steps of jobs and batches work with. */
export interface EngineContext {
  readonly database: Database;
  /** The machine that this process runs on. */
  readonly host: LocalHost;
  /** Where local attempts of this process run. */
  readonly place: Place;
  /** Environment of the server, of which units get the few variables that they may see. */
  readonly serverEnvironment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Asks this process for a look, at once; the line of work was rung in a transaction before. */
  readonly nudge: (key: WorkKey) => void;
  readonly watches: BatchWatches;
  readonly slots: SlotKeeper;
  /** After so many seconds without a worker at its place a job says so. */
  readonly placeSilentSeconds: number;
  /** After so many seconds without a worker at its place an attempt is lost. */
  readonly placeLostSeconds: number;
  /** The clusters that this process reaches. */
  readonly clusters: Clusters;
  /** When a SLURM job that is not seen counts as gone; other times for tests. */
  readonly absenceRules?: AbsenceRules;
}
