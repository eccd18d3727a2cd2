import { listFailPoints } from '@fractal-server/execution';
import { setTimeout as sleep } from 'node:timers/promises';
import '@fractal-server/engine';
import type { AppProcess } from '../system/app-process.js';
import { Lane, type ChaosJob } from '../system/lane.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';
import { waitUntil } from '../system/wait-until.js';

/** A worker that dies (`kill`), or is stopped past its lease (`stop`), at each of these points. */
export interface FailPointOptions {
  readonly mode: 'kill' | 'stop';
  readonly points: readonly string[];
  /** Names the lanes of this wave. */
  readonly wave: string;
}

/** Points that a worker passes only when an attempt is ended before its time. */
const ENDING = /^execution\.(revoke|stop|end)\./;

/** An attempt is revoked only when no runner has claimed it yet. */
const REVOKED = 'execution.revoke.after';

/** How long a worker may take to come to its point. */
const REACH_DEADLINE_MS = 90_000;
/** After a lease has run out, another worker has this long for the rest of the job. */
const TAKE_OVER_DEADLINE_MS = 90_000;
/** Longer than a lease lasts. */
const PAST_LEASE_MS = 32_000;

/** Effects on a cluster, which no local job has. */
const CLUSTER_ONLY = /^engine\.(deliver|intend|withdraw|observe|record|cancel)\./;

/** Every fail point that local jobs pass. */
export function jobFailPoints(): string[] {
  return listFailPoints().filter((name) => /^(engine|execution)\./.test(name) && !CLUSTER_ONLY.test(name));
}

/** Each point on a lane of its own, all at the same time: the wait for leases to run out is shared. */
export function failPoints({ mode, points, wave }: FailPointOptions): Scenario {
  return async ({ system, random, reference }) => {
    const trial = await Trial.begin(system, `${mode} at fail points`, reference);
    const lanes: Lane[] = [];
    for (const [index] of points.entries()) lanes.push(await Lane.make(system, `${wave}-${index}`, { retriesLostUnits: true }));
    // Chosen before anything runs side by side, so that the seed repeats it.
    const choices = points.map(() => ({ isCancelled: random.chance(0.5), isLate: random.chance(0.5) }));
    const broken = await Promise.all(
      lanes.map(async (lane, index) => {
        const point = points[index] ?? '';
        const { isCancelled, isLate } = choices[index] ?? { isCancelled: false, isLate: false };
        const late = point === REVOKED ? await cancelBeforeClaim(trial, lane) : undefined;
        const worker = lane.addWorker({ failPoint: `${point}:${mode}` });
        const { pid } = worker;
        const job = late?.job ?? (await trial.submit(lane, { retriesLostUnits: true }));
        const isReached = (): boolean => (mode === 'kill' ? worker.pid !== pid : worker.isStopped);
        const ends = ENDING.test(point) && late === undefined ? endEarly(trial, job, isReached, isCancelled) : Promise.resolve();
        if (!(await waitUntil(REACH_DEADLINE_MS, isReached))) return [`no worker came to ${point}`];
        const faults = mode === 'stop' ? await leavePastLease(trial, job, worker, point, isLate) : [];
        await ends;
        // It is about to spawn a runner of an attempt that was given up meanwhile.
        late?.worker.signal('SIGCONT');
        return faults;
      }),
    );
    const faults = [...broken.flat(), ...(await trial.finish())];
    for (const lane of lanes) await lane.dismissWorkers();
    return faults;
  };
}

/** A job that is cancelled when its first attempt is named and laid out, by a worker that is stopped right before it spawns the runner. */
async function cancelBeforeClaim(trial: Trial, lane: Lane): Promise<{ job: ChaosJob; worker: AppProcess }> {
  const worker = lane.addWorker({ failPoint: 'execution.spawn.before:stop' });
  const job = await trial.submit(lane, { retriesLostUnits: true });
  await waitUntil(REACH_DEADLINE_MS, () => worker.isStopped);
  await trial.cancel(job);
  return { job, worker };
}

/**
 * Makes the worker end an attempt, by a cancel or by the death of its unit runner. Short batches may be over before they are hurt: the next
 * one is.
 */
async function endEarly(trial: Trial, job: ChaosJob, isReached: () => boolean, isCancelled: boolean): Promise<void> {
  await waitUntil(REACH_DEADLINE_MS, async () => {
    if (isReached()) return true;
    const runner = await trial.findLongRunner(job.lane, 1_000);
    if (runner === undefined) return false;
    await (isCancelled ? trial.cancel(job) : trial.kill(runner));
    return isCancelled;
  });
}

/**
 * The stopped worker wakes up when another one has taken over: in the middle of what that one does, or when the job is over.
 * @returns what was broken
 */
export async function leavePastLease(trial: Trial, job: ChaosJob, worker: AppProcess, point: string, isLate: boolean): Promise<string[]> {
  const { record } = trial.system;
  record.kill(`stopped past its lease: ${worker.name} at ${point}`);
  job.lane.addWorker();
  await sleep(PAST_LEASE_MS);
  const isTakenOver = !isLate || (await trial.waitForEndOf(job, TAKE_OVER_DEADLINE_MS));
  worker.signal('SIGCONT');
  return isTakenOver ? [] : [`nobody took over from the worker that was stopped at ${point}`];
}
