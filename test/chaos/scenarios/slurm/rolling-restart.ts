import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterWay } from '../../cluster/chaos-cluster.js';
import { waitUntil } from '../../system/wait-until.js';
import { HOLD_FILE } from '../../tasks/workflow.js';
import { Trial } from '../../trial.js';
import type { Scenario } from '../scenario.js';
import { clusterLanes } from './stage-on-cluster.js';

/** SLURM jobs that run when the restarts begin: each of the three jobs has 24 of them. */
const SLURM_JOBS = 50;
const JOBS = 3;
const SLURM_JOBS_OF_TASK = 24;
const REACH_DEADLINE_MS = 240_000;

/** All workers are restarted one after the other, as by an upgrade, while 50 SLURM jobs run: nothing is noticed. */
export function rollingRestart(round: number, ways: readonly ClusterWay[]): Scenario {
  return async ({ system, reference }) => {
    const trial = await Trial.begin(system, 'rolling restart', reference);
    const lanes = await clusterLanes(system, ways, `rolling${round}`, 2, {
      batches: SLURM_JOBS_OF_TASK,
      unitsAtOnce: 1,
      retriesLostUnits: false,
    });
    const hold = join(dirname(system.script), HOLD_FILE);
    writeFileSync(hold, '');
    try {
      for (let job = 0; job < JOBS; job += 1) await trial.submit(lanes[job % lanes.length]!);
      const wasBusy = await waitUntil(REACH_DEADLINE_MS, async () => (await countRunning(trial)) >= SLURM_JOBS);
      for (const worker of lanes.flatMap((lane) => lane.workers)) {
        system.record.kill(`restart of ${worker.name} while ${await countRunning(trial)} SLURM jobs run`);
        await worker.hold('SIGTERM');
        worker.resume();
        await sleep(2_000);
      }
      rmSync(hold);
      const faults = await trial.finish();
      for (const lane of lanes) await lane.dismissWorkers();
      return wasBusy ? faults : [...faults, `there were never ${SLURM_JOBS} SLURM jobs at once`];
    } finally {
      rmSync(hold, { force: true });
    }
  };
}

async function countRunning(trial: Trial): Promise<number> {
  const [row] = await trial.system.query<{ running: number }>(
    `select count(*)::integer as running from attempt a join batch b on b.id = a.batch_id where b.job_id = any($1) and a.state = 'claimed'`,
    [trial.jobs.map(({ id }) => id)],
  );
  return row?.running ?? 0;
}
