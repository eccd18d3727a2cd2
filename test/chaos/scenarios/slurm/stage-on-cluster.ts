import type { ChaosCluster, ClusterWay, SiteSettings } from '../../cluster/chaos-cluster.js';
import { CLUSTER_WAYS } from '../../cluster/chaos-cluster.js';
import { Lane, type ChaosJob } from '../../system/lane.js';
import type { ChaosSystem } from '../../system/system.js';
import { waitUntil } from '../../system/wait-until.js';
import type { Trial } from '../../trial.js';

/** A lane whose units run on the cluster. */
export interface ClusterLaneSettings extends SiteSettings {
  readonly retriesLostUnits?: boolean;
}

/** The cluster of a system that was started with one. */
export function clusterOf({ cluster }: ChaosSystem): ChaosCluster {
  if (cluster === undefined) throw new Error('this system has no cluster');
  return cluster;
}

/** Makes a lane on the cluster; it has no worker yet. */
export async function clusterLane(
  system: ChaosSystem,
  way: ClusterWay,
  name: string,
  { retriesLostUnits = true, ...site }: ClusterLaneSettings = {},
): Promise<Lane> {
  const laneSite = clusterOf(system).site(system.folder, way, site);
  return Lane.make(system, `${way.replace('slurm_', '')}-${name}`, { retriesLostUnits, site: laneSite });
}

/** A lane for each way to the cluster, each with so many workers. */
export async function clusterLanes(
  system: ChaosSystem,
  ways: readonly ClusterWay[],
  name: string,
  workers: number,
  settings?: ClusterLaneSettings,
): Promise<Lane[]> {
  const lanes: Lane[] = [];
  for (const way of CLUSTER_WAYS.filter((each) => ways.includes(each))) {
    const lane = await clusterLane(system, way, name, settings);
    for (let count = 0; count < workers; count += 1) lane.addWorker();
    lanes.push(lane);
  }
  return lanes;
}

/** Waits until a SLURM job of the job's is where it should be. @returns whether it came there */
export async function waitForBatch(
  trial: Trial,
  { id }: ChaosJob,
  condition: 'is handed over' | 'runs',
  deadlineMs = 120_000,
): Promise<boolean> {
  const states = condition === 'runs' ? ['claimed'] : ['named', 'claimed'];
  return waitUntil(deadlineMs, async () => {
    const rows = await trial.system.query(
      `select 1 from attempt a join batch b on b.id = a.batch_id
        where b.job_id = $1 and b.state = 'live' and a.slurm_job_id is not null and a.state = any($2)`,
      [id, states],
    );
    return rows.length > 0;
  });
}
