import { CLUSTER_WAYS, type ClusterWay } from './cluster/chaos-cluster.js';
import type { Random } from './random.js';
import { brokenSsh } from './scenarios/slurm/broken-ssh.js';
import { clusterFailPoints, failPointsOnCluster, type ClusterTarget } from './scenarios/slurm/cluster-fail-points.js';
import { absentController, frozenController, killedController } from './scenarios/slurm/controller-away.js';
import { fullClusterDisk } from './scenarios/slurm/full-cluster-disk.js';
import { killsAroundCluster } from './scenarios/slurm/kills-around-cluster.js';
import { lostNode } from './scenarios/slurm/lost-node.js';
import { lyingSbatch } from './scenarios/slurm/lying-sbatch.js';
import { rollingRestart } from './scenarios/slurm/rolling-restart.js';
import type { NamedScenario } from './suite.js';

/** Fail points that are tried side by side, each on a lane of its own. */
const POINTS_AT_ONCE = 8;
const CONTROLLER_KILLS = 4;

/** Every point, by each way, in an order that the seed decides, some at a time. */
export function clusterFailPointWaves(
  mode: 'kill' | 'stop',
  random: Random,
  ways: readonly ClusterWay[],
  most = Number.POSITIVE_INFINITY,
): NamedScenario[] {
  const targets = random
    .shuffled(clusterFailPoints().flatMap((point) => ways.map((way): ClusterTarget => ({ point, way }))))
    .slice(0, most);
  const waves: NamedScenario[] = [];
  for (let first = 0; first < targets.length; first += POINTS_AT_ONCE) {
    const options = { mode, wave: `${mode}${first}`, targets: targets.slice(first, first + POINTS_AT_ONCE) };
    waves.push({ name: `slurm ${mode} at points`, run: failPointsOnCluster(options) });
  }
  return waves;
}

/** Every other way to hurt a cluster and the way to it, once. */
export function clusterScenarios(ways: readonly ClusterWay[], kills: number): NamedScenario[] {
  return [
    { name: 'slurm frozen controller', run: frozenController(0, ways) },
    { name: 'slurm killed controller', run: killedController(0, ways, CONTROLLER_KILLS) },
    { name: 'slurm absent controller', run: absentController(0, ways) },
    { name: 'slurm lying sbatch', run: lyingSbatch(0, ways) },
    ...(ways.includes('slurm_ssh') ? [{ name: 'slurm broken SSH', run: brokenSsh(0) }] : []),
    { name: 'slurm lost node', run: lostNode(0, ways) },
    { name: 'slurm full disk', run: fullClusterDisk(0, ways) },
    { name: 'slurm rolling restart', run: rollingRestart(0, ways) },
    { name: 'slurm kills', run: killsAroundCluster(0, ways, kills) },
  ];
}

/** The ways among names of lanes; all where nothing was named. @throws Error for a name that there is not */
export function readLanes(text: string | undefined): { readonly isLocal: boolean; readonly ways: readonly ClusterWay[] } {
  const names = text?.split(',') ?? ['local', ...CLUSTER_WAYS];
  const unknown = names.find((name) => name !== 'local' && !CLUSTER_WAYS.some((way) => way === name));
  if (unknown !== undefined) throw new Error(`--lane ${unknown}: there are local, ${CLUSTER_WAYS.join(' and ')}`);
  return { isLocal: names.includes('local'), ways: CLUSTER_WAYS.filter((way) => names.includes(way)) };
}
