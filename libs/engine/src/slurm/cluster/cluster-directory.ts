import type { JsonObject } from '@fractal-server/domain';
import type { CallOptions } from '@fractal-server/hosts';
import type { Clusters } from '../../accounts/clusters.js';
import type { Cluster } from './cluster.js';

/** Whose cluster is meant: the rows as they were when the job was accepted. How to connect is read live, for the same resource and profile. */
export interface ClusterUser {
  readonly resourceId: number;
  readonly resource: JsonObject;
  readonly profile: JsonObject;
}

/** The clusters that a worker reaches, one entry for each of their users. */
export interface ClusterDirectory extends Clusters {
  /** The cluster as the user of a job. @throws HostError, NoWayToCluster while there is no way to it */
  of(user: ClusterUser): Promise<Cluster>;
  /**
   * Seconds that SLURM gives to a job between SIGTERM and SIGKILL there; null where it does not say. Asked now and then only.
   * @throws the signal's reason when aborted
   */
  killWaitOf(user: ClusterUser, options: CallOptions): Promise<number | null>;
  /** Login of the account whose queue shows the user's jobs; empty where the queue is asked as the server's own user. */
  loginOf(user: Pick<ClusterUser, 'resource' | 'profile'>): string;
}
