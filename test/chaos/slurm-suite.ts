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

/** Nobody knows what became of a submission when its worker is lost at one of these. */
const DOUBTFUL_POINTS = ['engine.submit.before', 'engine.submit.after'];
/** What is read and written down after it. */
const LATER_POINTS = ['engine.live.before', 'engine.progress.after', 'engine.fetch.after'];

/** Every point, each by one way, then each by the next one, in an order that the seed decides. */
export function allTargets(random: Random, ways: readonly ClusterWay[]): ClusterTarget[] {
  const points = random.shuffled(clusterFailPoints());
  return ways.flatMap((_, shift) => points.map((point, index) => ({ point, way: ways[(index + shift) % ways.length]! })));
}

/** The few that a short run tries: those around the submission by every way, the later ones by one each. */
export function decisiveTargets(): ClusterTarget[] {
  const later = LATER_POINTS.map((point, index) => ({ point, way: CLUSTER_WAYS[index % CLUSTER_WAYS.length]! }));
  return [...DOUBTFUL_POINTS.flatMap((point) => CLUSTER_WAYS.map((way) => ({ point, way }))), ...later];
}

/** A worker is lost at each of these points, at some of them at a time. */
export function clusterFailPointWaves(mode: 'kill' | 'stop', targets: readonly ClusterTarget[]): NamedScenario[] {
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
