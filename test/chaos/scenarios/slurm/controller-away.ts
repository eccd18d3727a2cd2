import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterWay } from '../../cluster/chaos-cluster.js';
import type { Lane } from '../../system/lane.js';
import { waitUntil } from '../../system/wait-until.js';
import { Trial } from '../../trial.js';
import type { Scenario } from '../scenario.js';
import { clusterLanes, clusterOf, waitForBatch } from './stage-on-cluster.js';

const FROZEN_MS = 15_000;
const AWAY_MS = 60_000;

/** slurmctld hears nothing for 15 s, at moments at which submissions are on their way. */
export function frozenController(round: number, ways: readonly ClusterWay[]): Scenario {
  return async ({ system, random, reference }) => {
    const { slurm } = clusterOf(system);
    const trial = await Trial.begin(system, 'frozen controller', reference);
    const lanes = await clusterLanes(system, ways, `frozen${round}`, 2);
    const before = slurm.shims.calls('sbatch').length;
    slurm.controller.freeze();
    system.record.kill('slurmctld is frozen');
    for (const lane of lanes) await trial.submit(lane, { retriesLostUnits: true });
    await waitUntil(FROZEN_MS, () => slurm.shims.calls('sbatch').length >= before + lanes.length);
    await sleep(FROZEN_MS);
    slurm.controller.thaw();
    system.record.do('slurmctld goes on');
    await sleep(random.integer(0, 4_000));
    slurm.controller.freeze();
    system.record.kill('slurmctld is frozen');
    await sleep(FROZEN_MS);
    slurm.controller.thaw();
    return endOf(trial, lanes);
  };
}

/** slurmctld dies right after submissions: it may have forgotten them, and gives their ids to others. */
export function killedController(round: number, ways: readonly ClusterWay[], times: number): Scenario {
  return async ({ system, random, reference }) => {
    const { slurm } = clusterOf(system);
    const trial = await Trial.begin(system, 'killed controller', reference);
    const lanes = await clusterLanes(system, ways, `killed${round}`, 2);
    for (let time = 0; time < times; time += 1) {
      const before = slurm.shims.calls('sbatch').length;
      for (const lane of lanes) trial.noteHurt(await trial.submit(lane, { retriesLostUnits: true }));
      await waitUntil(60_000, () => slurm.shims.calls('sbatch').length > before);
      await sleep(random.integer(0, 1_500));
      await slurm.controller.kill();
      system.record.kill('SIGKILL slurmctld right after a submission');
      await sleep(random.integer(0, 2_000));
      await slurm.controller.start();
    }
    return endOf(trial, lanes);
  };
}

/** slurmctld is away for a minute, first when jobs are about to be submitted, then while they run. */
export function absentController(round: number, ways: readonly ClusterWay[]): Scenario {
  return async ({ system, reference }) => {
    const { slurm } = clusterOf(system);
    const trial = await Trial.begin(system, 'absent controller', reference);
    const lanes = await clusterLanes(system, ways, `away${round}`, 1);
    await slurm.controller.stop();
    system.record.kill('slurmctld is stopped before submissions');
    for (const lane of lanes) await trial.submit(lane, { retriesLostUnits: true });
    await sleep(AWAY_MS);
    await slurm.controller.start();
    system.record.do('slurmctld is back');
    await Promise.all(trial.jobs.map((job) => waitForBatch(trial, job, 'runs')));
    await slurm.controller.stop();
    system.record.kill('slurmctld is stopped while units run');
    await sleep(AWAY_MS);
    await slurm.controller.start();
    return endOf(trial, lanes);
  };
}

async function endOf(trial: Trial, lanes: readonly Lane[]): Promise<string[]> {
  const faults = await trial.finish();
  for (const lane of lanes) await lane.dismissWorkers();
  return faults;
}
