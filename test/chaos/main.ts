import { findRedisServer } from '@fractal-server/embedded';
import { parseArgs } from 'node:util';
import { whyNoCluster } from '@fractal-server/test-cluster';
import { ChaosCluster, type ClusterWay } from './cluster/chaos-cluster.js';
import { allTargets, clusterFailPointWaves, clusterScenarios, readLanes } from './slurm-suite.js';
import type { ClusterTarget } from './scenarios/slurm/cluster-fail-points.js';
import { LONG_TESTS } from './long-tests.js';
import { Random } from './random.js';
import { failPointWaves, otherScenarios, randomRound, runSuite, type NamedScenario, type ScenarioResult } from './suite.js';

/** Kills of one round of random kills. */
const KILLS_PER_ROUND = 30;
/** Of the kills, so many fall on a system whose queue is PostgreSQL. */
const POSTGRES_SHARE = 0.25;

/** Processes of ours that one run of the cluster's scenarios kills at random. */
const KILLS_AROUND_CLUSTER = 40;

/** What the command line asks for. */
interface Plan {
  readonly seed: number;
  readonly kills: number;
  /** Whether only one queue is used. */
  readonly isOneQueue: boolean;
  readonly queue: 'redis' | 'postgres';
  readonly random: Random;
  readonly isPoint: (name: string) => boolean;
  readonly wanted: <T extends { readonly name: string }>(scenarios: readonly T[]) => T[];
}

/**
 * The long form: every scenario, and rounds of random kills until `--kills` (300) processes were killed; then every scenario on a SLURM
 * cluster, by sudo and by SSH, and at last the tests on SLURM that are too long for `npm test`. `--seed N` repeats the choices of an earlier run, `--only NAME,NAME` runs the scenarios whose names begin so,
 * `--queue NAME` uses one queue only, `--lane local,slurm_sudo,slurm_ssh` some of the places where units run, `--point NAME,NAME` tries on SLURM
 * only the fail points whose names contain one of these.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      kills: { type: 'string', default: '300' },
      only: { type: 'string' },
      queue: { type: 'string' },
      lane: { type: 'string' },
      point: { type: 'string' },
    },
  });
  const { isLocal, ways } = readLanes(values.lane);
  const seed = Number(values.seed);
  console.log(`seed ${seed} (repeat with: npm run test:chaos -- --seed ${seed})`);
  if (findRedisServer() === undefined) console.log('there is no redis-server: the queue is PostgreSQL in all scenarios');
  const plan: Plan = {
    seed,
    kills: Number(values.kills),
    isOneQueue: values.queue !== undefined,
    queue: findRedisServer() === undefined || values.queue === 'postgres' ? 'postgres' : 'redis',
    random: new Random(seed),
    isPoint: (name) => values.point === undefined || values.point.split(',').some((part) => name.includes(part)),
    wanted: (scenarios) =>
      scenarios.filter(({ name }) => values.only === undefined || values.only.split(',').some((beginning) => name.startsWith(beginning))),
  };
  const results: ScenarioResult[] = [];
  if (isLocal) results.push(...(await runLocally(plan)));
  if (ways.length > 0) results.push(...(await runOnCluster(plan, ways)));
  report(seed, results);
  if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

async function runLocally({ seed, kills, isOneQueue, queue, random, wanted }: Plan): Promise<ScenarioResult[]> {
  const rounds = (least: number): NamedScenario[] =>
    Array.from({ length: Math.max(1, Math.ceil(least / KILLS_PER_ROUND)) }, (_, round) => randomRound(round, KILLS_PER_ROUND));
  const everything = [...failPointWaves('kill', random), ...failPointWaves('stop', random), ...otherScenarios(0)];
  const onFirst = wanted([...everything, ...rounds(kills * (1 - POSTGRES_SHARE) - 2 * everything.length)]);
  const results = await runSuite({ seed, print, queue, scenarios: onFirst });
  if (isOneQueue) return results;
  const killed = results.reduce((sum, result) => sum + result.kills, 0);
  const onSecond = wanted([...failPointWaves('kill', random, 10), ...otherScenarios(0), ...rounds(kills - killed)]);
  return [...results, ...(await runSuite({ seed, print, queue: 'postgres', scenarios: onSecond }))];
}

async function runOnCluster({ seed, queue, random, isPoint, wanted }: Plan, ways: readonly ClusterWay[]): Promise<ScenarioResult[]> {
  const why = await whyNoCluster();
  if (why !== undefined) {
    print(`no scenario runs on SLURM: ${why}`);
    return [];
  }
  const targets = (): ClusterTarget[] => allTargets(random, ways).filter(({ point }) => isPoint(point));
  const scenarios = wanted([
    ...clusterFailPointWaves('kill', targets()),
    ...clusterFailPointWaves('stop', targets()),
    ...clusterScenarios(ways, KILLS_AROUND_CLUSTER),
  ]);
  const results = scenarios.length === 0 ? [] : await onCluster((cluster) => runSuite({ seed, print, queue, scenarios, cluster }));
  for (const { run: runTests } of wanted(LONG_TESTS)) results.push(await runTests(print));
  return results;
}

async function onCluster<T>(work: (cluster: ChaosCluster) => Promise<T>): Promise<T> {
  const cluster = await ChaosCluster.start();
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}

function print(line: string): void {
  console.log(line);
}

function report(seed: number, results: readonly ScenarioResult[]): void {
  console.log(`\n${'scenario'.padEnd(24)} ${'queue'.padEnd(9)} ${'kills'.padStart(6)} ${'seconds'.padStart(8)}  promises`);
  for (const { name, queue, kills, seconds, faults } of results) {
    const verdict = faults.length === 0 ? 'kept' : `${faults.length} BROKEN`;
    console.log(`${name.padEnd(24)} ${queue.padEnd(9)} ${String(kills).padStart(6)} ${String(seconds).padStart(8)}  ${verdict}`);
  }
  const total = results.reduce((sum, { kills }) => sum + kills, 0);
  console.log(
    `seed ${seed}, ${new Date().toISOString().slice(0, 10)}: ${total} kills, ${results.flatMap(({ faults }) => faults).length} broken promises`,
  );
}
