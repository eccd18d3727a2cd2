import { listFailPoints } from '@fractal-server/execution';
import { setTimeout as sleep } from 'node:timers/promises';
import '@fractal-server/engine';
import type { AppProcess } from '../system/app-process.js';
import { Lane, type ChaosJob } from '../system/lane.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';

/** A worker that dies (`kill`), or is stopped past its lease (`stop`), at each of these points. */
export interface FailPointOptions {
  readonly mode: 'kill' | 'stop';
  readonly points: readonly string[];
  /** Names the lanes of this wave. */
  readonly wave: string;
}

/** Points that a worker passes only when an attempt is ended before its time. */
const ENDING = /^execution\.(revoke|stop|end)\./;

/** How long a worker may take to come to its point. */
const REACH_DEADLINE_MS = 60_000;
/** Longer than a lease lasts. */
const PAST_LEASE_MS = 32_000;

/** Every fail point that jobs pass. */
export function jobFailPoints(): string[] {
  return listFailPoints().filter((name) => name.startsWith('engine.') || name.startsWith('execution.'));
}

/** Each point on a lane of its own, all at the same time: the wait for leases to run out is shared. */
export function failPoints({ mode, points, wave }: FailPointOptions): Scenario {
  return async ({ system, random, reference }) => {
    const trial = await Trial.begin(system, `${mode} at fail points`, reference);
    const lanes: Lane[] = [];
    for (const [index] of points.entries()) lanes.push(await Lane.make(system, `${wave}-${index}`, { retriesLostUnits: true }));
    const unreached = await Promise.all(
      lanes.map(async (lane, index) => {
        const point = points[index] ?? '';
        const worker = lane.addWorker({ failPoint: `${point}:${mode}` });
        const job = await trial.submit(lane, { retriesLostUnits: true });
        const ends = ENDING.test(point) ? await endEarly(trial, lane, job, random.chance(0.5)) : Promise.resolve();
        const fault = mode === 'kill' ? await waitForKill(worker, point) : await stopPastLease(trial, lane, worker, point);
        await ends;
        return fault;
      }),
    );
    const faults = [...unreached.flat(), ...(await trial.finish())];
    for (const lane of lanes) await lane.dismissWorkers();
    return faults;
  };
}

/** Makes the worker end an attempt, by a cancel or by the death of its unit runner. */
async function endEarly(trial: Trial, lane: Lane, job: ChaosJob, isCancelled: boolean): Promise<void> {
  await waitUntil(REACH_DEADLINE_MS, async () => (await trial.runnersOf([lane])).length > 0);
  if (isCancelled) await trial.cancel(job);
  else for (const runner of await trial.runnersOf([lane])) await trial.kill(runner);
}

async function waitForKill(worker: AppProcess, point: string): Promise<string[]> {
  const { pid } = worker;
  const isReached = await waitUntil(REACH_DEADLINE_MS, () => worker.pid !== pid);
  return isReached ? [] : [`no worker came to ${point}`];
}

/** The stopped worker wakes up when another one has gone on with its work. */
async function stopPastLease(trial: Trial, lane: Lane, worker: AppProcess, point: string): Promise<string[]> {
  if (!(await waitUntil(REACH_DEADLINE_MS, () => worker.isStopped))) return [`no worker came to ${point}`];
  trial.system.record.kill(`stopped past its lease: ${worker.name} at ${point}`);
  lane.addWorker();
  await sleep(PAST_LEASE_MS);
  // In the middle of what the other worker does, or after it: both must do no harm.
  await sleep(trial.system.record.kills() % 2 === 0 ? 0 : 8_000);
  worker.signal('SIGCONT');
  return [];
}

async function waitUntil(deadlineMs: number, isTrue: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = Date.now() + deadlineMs;
  while (Date.now() < end) {
    if (await isTrue()) return true;
    await sleep(20);
  }
  return false;
}
