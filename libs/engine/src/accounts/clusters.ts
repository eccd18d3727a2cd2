import type { Commands } from '@fractal-server/hosts';

/** Where SLURM's client commands are run to observe an account. */
export interface QueueHost {
  readonly resourceId: number;
  /** User that logs in over SSH; empty: the commands run on this machine, as the server's own user. */
  readonly login: string;
}

/** The clusters that this worker reaches: how to connect is read live, never from a job's snapshot. */
export interface Clusters {
  /**
   * The place where `squeue`, `sacct` and `scontrol` are run for an account.
   * @throws HostError, NoWayToCluster when there is no way to it at the moment: nothing is known then, and it is tried again
   */
  queueCommands(host: QueueHost): Promise<Pick<Commands, 'run'>>;
}
