import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { AppProcess } from '../system/app-process.js';
import { Lane, type ChaosJob, type LaneSettings } from '../system/lane.js';
import type { ChaosSystem } from '../system/system.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';

/** How much is done. */
export interface RandomKillsOptions {
  /** Names the lanes of this round: rounds on one system need different ones. */
  readonly round: number;
  /** The round submits and kills until so many processes were killed; then the faults clear. */
  readonly kills: number;
}

interface Round {
  readonly system: ChaosSystem;
  readonly random: Random;
  readonly trial: Trial;
  /** Nothing but API, workers, queue and database dies here. */
  readonly calm: readonly Lane[];
  /** Unit runners die here too. */
  readonly lossy: readonly Lane[];
  /** Jobs are cancelled and failed here. */
  readonly ended: Lane;
  readonly pending: Promise<unknown>[];
  /** Redis is there again: it dies once at a time. */
  redisBack: Promise<unknown>;
}

type Blow = (round: Round) => Promise<void>;

/** Ways to hurt, as often as they stand here. */
const BLOWS: readonly Blow[] = [
  killWorker,
  killWorker,
  killWorker,
  killWorker,
  killApi,
  killApi,
  killRunner,
  killRunner,
  killRunner,
  crashPostgres,
  crashPostgres,
  crashRedis,
  emptyRedis,
  pauseWorker,
  pauseWorker,
  endWorkerInOrder,
  endJob,
  endJob,
];

/** A worker that was paused so long has lost its leases. */
const PAST_LEASE_MS = 35_000;

/** Anything may die at any moment, several things at once, while jobs of all kinds run on four lanes. */
export function randomKills({ round, kills }: RandomKillsOptions): Scenario {
  return async ({ system, random, reference }) => {
    const trial = await Trial.begin(system, `random ${round}`, reference);
    const lane = async (name: string, settings: LaneSettings = {}): Promise<Lane> => {
      const made = await Lane.make(system, `${name}${round}`, settings);
      made.addWorker();
      made.addWorker();
      return made;
    };
    const [calm, retrying, strict, ended] = [
      await lane('calm'),
      await lane('retrying', { retriesLostUnits: true }),
      await lane('strict'),
      await lane('ended'),
    ];
    const lanes = [calm, retrying, strict, ended];
    const chaos: Round = {
      system,
      random,
      trial,
      calm: [calm],
      lossy: [retrying, strict],
      ended,
      pending: [],
      redisBack: Promise.resolve(),
    };
    const submissions = new Map<Lane, Promise<ChaosJob>>();
    while (system.record.kills(`random ${round}`) < kills) {
      for (const each of lanes) await keepBusy(trial, each, submissions, each === retrying);
      await random.pick(BLOWS)(chaos);
      await sleep(random.integer(50, 1_500));
    }
    await Promise.all([...submissions.values(), ...chaos.pending, chaos.redisBack]);
    const faults = await trial.finish();
    for (const each of lanes) await each.dismissWorkers();
    return faults;
  };
}

/** Submits the next job of a lane when the latest one is over. Submissions go on while the API dies. */
async function keepBusy(trial: Trial, lane: Lane, submissions: Map<Lane, Promise<ChaosJob>>, retriesLostUnits: boolean): Promise<void> {
  const latest = trial.jobs.findLast((job) => job.lane === lane);
  if (submissions.has(lane) || (latest !== undefined && !(await hasEnded(trial.system, latest)))) return;
  const submission = trial.submit(lane, { retriesLostUnits });
  submissions.set(lane, submission);
  void submission.then(
    () => submissions.delete(lane),
    () => undefined,
  );
}

/** Unknown counts as no. */
async function hasEnded(system: ChaosSystem, { id }: ChaosJob): Promise<boolean> {
  const rows = await system.query<{ status: string }>('select status from job where id = $1', [id]).catch(() => []);
  return rows[0] !== undefined && rows[0].status !== 'submitted';
}

async function killWorker({ system, random }: Round): Promise<void> {
  kill(system, random.pick(system.workers));
}

async function killApi({ system, random }: Round): Promise<void> {
  kill(system, random.pick(system.apis));
}

function kill(system: ChaosSystem, app: AppProcess): void {
  if (app.signal('SIGKILL')) system.record.kill(`SIGKILL ${app.name}`);
}

async function killRunner({ trial, random, lossy }: Round): Promise<void> {
  const runners = await trial.runnersOf(lossy).catch(() => []);
  if (runners.length > 0) await trial.kill(random.pick(runners));
}

async function crashPostgres({ system, random }: Round): Promise<void> {
  const isKilled = random.chance(0.5);
  system.record.kill(isKilled ? 'SIGKILL PostgreSQL' : 'PostgreSQL -m immediate');
  await (isKilled ? system.postgres.kill() : system.postgres.crash());
  await sleep(random.integer(0, 2_500));
  await system.postgres.restart();
}

async function crashRedis(round: Round): Promise<void> {
  const { system, random } = round;
  const { redis } = system;
  if (redis === undefined) return;
  await round.redisBack;
  system.record.kill('SIGKILL Redis');
  await redis.kill();
  round.redisBack = sleep(random.integer(0, 4_000)).then(() => redis.restart());
}

async function emptyRedis(round: Round): Promise<void> {
  const { system } = round;
  if (system.redis === undefined) return;
  await round.redisBack;
  system.record.do('FLUSHALL');
  await system.redis.empty();
}

async function pauseWorker({ system, random, pending }: Round): Promise<void> {
  const worker = random.pick(system.workers);
  const { pid } = worker;
  const milliseconds = random.chance(0.3) ? PAST_LEASE_MS : random.integer(200, 6_000);
  if (pid === undefined || worker.isStopped || !worker.signal('SIGSTOP')) return;
  system.record.do(`SIGSTOP ${worker.name} for ${milliseconds} ms`);
  pending.push(
    sleep(milliseconds).then(() => {
      if (worker.pid === pid) worker.signal('SIGCONT');
    }),
  );
}

/** Units must not feel it; the check of starts and images tells. */
async function endWorkerInOrder({ system, random }: Round): Promise<void> {
  const app = random.pick([...system.workers, ...system.apis]);
  if (app.signal('SIGTERM')) system.record.do(`SIGTERM ${app.name}`);
}

async function endJob({ trial, random, ended, pending }: Round): Promise<void> {
  const job = trial.jobs.findLast(({ lane }) => lane === ended);
  if (job !== undefined) pending.push(random.chance(0.5) ? trial.cancel(job) : trial.failByAdmin(job));
}
