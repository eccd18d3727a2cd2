import type { Database, WorkKey } from '@fractal-server/database';
import type { SignsOfLife } from '@fractal-server/execution';
import type { LocalHost, Place } from '@fractal-server/hosts';
import type { AbsenceRules } from './accounts/judge-sight.js';
import type { Logger } from './scheduling/logger.js';
import type { BatchWatches } from './local/batch-watches.js';
import type { SlotKeeper } from './local/slot-keeper.js';
import type { ClusterDirectory } from './slurm/cluster/cluster-directory.js';
import type { EndRules } from './slurm/end-rules.js';
import type { Preparation } from './slurm/preparation.js';
import type { RecentCancels } from './slurm/recent-cancels.js';

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
  /** Seconds until a job that a lasting failure of the site has paused is tried again. */
  readonly pauseRetrySeconds: number;
  /** Seconds after which such a job fails. */
  readonly pauseLimitSeconds: number;
  /** The clusters that this process reaches. */
  readonly clusters: ClusterDirectory;
  readonly recentCancels: RecentCancels;
  readonly preparation: Preparation;
  /** Heartbeats of unit runners on clusters, by the names of their attempts. Forgetting one costs no more than the same wait once more. */
  readonly heartbeats: SignsOfLife;
  /** When a SLURM job that is not seen counts as gone; other times for tests. */
  readonly absenceRules?: AbsenceRules;
  /** When a SLURM job that has ended counts as over; other times for tests. */
  readonly endRules?: EndRules;
}
