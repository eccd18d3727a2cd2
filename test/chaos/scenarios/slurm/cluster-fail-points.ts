import { listFailPoints } from '@fractal-server/execution';
import type { ClusterWay } from '../../cluster/chaos-cluster.js';
import type { AppProcess } from '../../system/app-process.js';
import type { Lane } from '../../system/lane.js';
import { waitUntil } from '../../system/wait-until.js';
import { Trial } from '../../trial.js';
import { leavePastLease } from '../fail-points.js';
import type { Scenario } from '../scenario.js';
import { clusterLane, clusterOf, waitForBatch } from './stage-on-cluster.js';

/** A worker that dies (`kill`), or is stopped past its lease (`stop`), at each of these points. */
export interface ClusterFailPointOptions {
  readonly mode: 'kill' | 'stop';
  readonly targets: readonly ClusterTarget[];
  /** Names the lanes of this wave. */
  readonly wave: string;
}

/** A point, and the way to the cluster on which a worker comes to it. */
export interface ClusterTarget {
  readonly point: string;
  readonly way: ClusterWay;
}

/** From the intent to hand a batch to SLURM up to the record of what became of it. */
const BATCH_POINT =
  /^(engine\.(stage|name|deliver|intend|submit|withdraw|live|observe|record|progress|cancel|fetch|settle|merge)|execution\.(prepare|revoke))\./;
/** Passed when SLURM refuses a submission. */
const REFUSED = /^engine\.withdraw\./;
/** Passed when a job is cancelled whose SLURM job nobody has claimed. */
const CANCELLED = /^(engine\.cancel|execution\.revoke)\./;
/** Passed when a submission got no clear answer: its worker died right after it. */
const DOUBTED = /^engine\.record\./;

const REACH_DEADLINE_MS = 180_000;

/** Every point at which a worker can be lost between intent and record. */
export function clusterFailPoints(): string[] {
  return listFailPoints().filter((name) => BATCH_POINT.test(name));
}

/** Each point on a lane of its own, all at the same time: the wait for leases to run out is shared. */
export function failPointsOnCluster({ mode, targets, wave }: ClusterFailPointOptions): Scenario {
  return async ({ system, random, reference }) => {
    const cluster = clusterOf(system);
    const trial = await Trial.begin(system, `${mode} at fail points of SLURM`, reference);
    const lanes: Lane[] = [];
    const partitions: string[] = [];
    for (const [index, { point, way }] of targets.entries()) {
      const name = `${wave}-${index}`;
      const partition = REFUSED.test(point) || CANCELLED.test(point) ? await cluster.addPartition(name, stateFor(point)) : 'main';
      partitions.push(partition);
      lanes.push(await clusterLane(system, way, name, { partition }));
    }
    const isLate = targets.map(() => random.chance(0.5));
    const broken = await Promise.all(
      targets.map(async ({ point, way }, index) => {
        const lane = lanes[index]!;
        const worker = await addDoomedWorker(trial, lane, `${point}:${mode}`);
        const { pid } = worker;
        const isReached = (): boolean => (mode === 'kill' ? worker.pid !== pid : worker.isStopped);
        const job = trial.jobs.find((each) => each.lane === lane) ?? (await trial.submit(lane, { retriesLostUnits: true }));
        if (CANCELLED.test(point)) {
          await waitForBatch(trial, job, 'is handed over');
          await trial.cancel(job);
        }
        const wasReached = await waitUntil(REACH_DEADLINE_MS, isReached);
        if (REFUSED.test(point)) await cluster.openPartition(partitions[index]!);
        if (!wasReached) return [`no worker came to ${point} by ${way}`];
        return mode === 'stop' ? leavePastLease(trial, job, worker, `${point} by ${way}`, isLate[index] === true) : [];
      }),
    );
    const faults = [...broken.flat(), ...(await trial.finish())];
    for (const lane of lanes) await lane.dismissWorkers();
    return faults;
  };
}

function stateFor(point: string): 'DOWN' | 'DRAIN' {
  return REFUSED.test(point) ? 'DRAIN' : 'DOWN';
}

/** A worker that is lost at the point. Where only doubt leads there, the lane's job is submitted, and a first worker dies, before. */
async function addDoomedWorker(trial: Trial, lane: Lane, failPoint: string): Promise<AppProcess> {
  if (!DOUBTED.test(failPoint)) return lane.addWorker({ failPoint });
  const worker = lane.addWorker({ failPoint: 'engine.submit.after:kill' });
  const { pid } = worker;
  await trial.submit(lane, { retriesLostUnits: true });
  await waitUntil(REACH_DEADLINE_MS, () => worker.pid !== pid);
  await worker.rearm(failPoint);
  return worker;
}
