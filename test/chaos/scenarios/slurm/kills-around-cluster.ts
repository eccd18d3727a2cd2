import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterWay } from '../../cluster/chaos-cluster.js';
import type { Random } from '../../random.js';
import type { AppProcess } from '../../system/app-process.js';
import type { ChaosSystem } from '../../system/system.js';
import { Trial } from '../../trial.js';
import type { Scenario } from '../scenario.js';
import { clusterLanes } from './stage-on-cluster.js';

interface Round {
  readonly system: ChaosSystem;
  readonly random: Random;
  readonly paused: Promise<void>[];
}

type Blow = (round: Round) => Promise<void>;

/** Ways to hurt, as often as they stand here. */
const BLOWS: readonly Blow[] = [
  killWorker,
  killWorker,
  killWorker,
  killWorker,
  endWorker,
  endWorker,
  hitApi,
  hitApi,
  crashPostgres,
  crashRedis,
  pauseWorker,
];

const JOBS = 2;
const PAST_LEASE_MS = 35_000;

/** SIGKILL and SIGTERM for every process of ours, again and again, while jobs are submitted, run and end on the cluster. */
export function killsAroundCluster(round: number, ways: readonly ClusterWay[], kills: number): Scenario {
  return async ({ system, random, reference }) => {
    const name = `kills around SLURM ${round}`;
    const trial = await Trial.begin(system, name, reference);
    const lanes = await clusterLanes(system, ways, `kills${round}`, 2);
    const submissions = lanes.flatMap((lane) => Array.from({ length: JOBS }, () => trial.submit(lane, { retriesLostUnits: true })));
    const chaos: Round = { system, random, paused: [] };
    while (system.record.kills(name) < kills) {
      await sleep(random.integer(200, 4_000));
      await random.pick(BLOWS)(chaos);
    }
    await Promise.all([...submissions, ...chaos.paused]);
    const faults = await trial.finish();
    for (const lane of lanes) await lane.dismissWorkers();
    return faults;
  };
}

async function killWorker({ system, random }: Round): Promise<void> {
  hit(system, random.pick(system.workers), 'SIGKILL');
}

async function endWorker({ system, random }: Round): Promise<void> {
  hit(system, random.pick(system.workers), 'SIGTERM');
}

async function hitApi({ system, random }: Round): Promise<void> {
  hit(system, random.pick(system.apis), random.chance(0.5) ? 'SIGKILL' : 'SIGTERM');
}

function hit(system: ChaosSystem, app: AppProcess, signal: 'SIGKILL' | 'SIGTERM'): void {
  if (app.signal(signal)) system.record.kill(`${signal} ${app.name}`);
}

async function crashPostgres({ system, random }: Round): Promise<void> {
  system.record.kill('SIGKILL PostgreSQL');
  await system.postgres.kill();
  await sleep(random.integer(0, 2_500));
  await system.postgres.restart();
}

async function crashRedis({ system, random }: Round): Promise<void> {
  if (system.redis === undefined) return;
  system.record.kill('SIGKILL Redis');
  await system.redis.kill();
  await sleep(random.integer(0, 2_500));
  await system.redis.restart();
}

async function pauseWorker({ system, random, paused }: Round): Promise<void> {
  const worker = random.pick(system.workers);
  const { pid } = worker;
  if (pid === undefined || worker.isStopped || !worker.signal('SIGSTOP')) return;
  system.record.kill(`stopped past its lease: ${worker.name}`);
  paused.push(
    sleep(PAST_LEASE_MS).then(() => {
      if (worker.pid === pid) worker.signal('SIGCONT');
    }),
  );
}
