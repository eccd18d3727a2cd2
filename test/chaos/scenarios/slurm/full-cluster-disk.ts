import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterWay } from '../../cluster/chaos-cluster.js';
import type { Lane } from '../../system/lane.js';
import { Trial } from '../../trial.js';
import { fillDisk } from '../full-disk.js';
import type { Scenario } from '../scenario.js';
import { clusterLane, clusterOf, waitForBatch } from './stage-on-cluster.js';

const TIMES = 3;
const MEGABYTES = 24;

/** The disk of the user's job folders is full for seconds, again and again, while units run there. */
export function fullClusterDisk(round: number, ways: readonly ClusterWay[]): Scenario {
  return async ({ system, random, reference }) => {
    const cluster = clusterOf(system);
    const trial = await Trial.begin(system, 'full disk of the cluster', reference);
    const disk = await cluster.slurm.makeSmallDisk(`disk${round}`, MEGABYTES, cluster.user);
    const lanes: Lane[] = [];
    for (const way of ways) {
      for (const retriesLostUnits of [true, false]) {
        const name = `disk-${retriesLostUnits ? 'retrying' : 'strict'}${round}`;
        const userFolder = cluster.makeUserFolder(join(disk, `${way}-${name}`));
        const lane = await clusterLane(system, way, name, { retriesLostUnits, userFolder });
        lane.addWorker();
        lanes.push(lane);
        const job = await trial.submit(lane, { retriesLostUnits });
        trial.noteFullDisk(job);
        trial.noteHurt(job);
      }
    }
    await Promise.all(trial.jobs.map((job) => waitForBatch(trial, job, 'runs')));
    for (let time = 0; time < TIMES; time += 1) {
      await sleep(random.integer(0, 2_500));
      fillDisk(join(disk, 'filler'));
      system.record.kill('the disk of the cluster is full');
      await sleep(random.integer(2_000, 9_000));
      rmSync(join(disk, 'filler'));
      system.record.do('the disk has room again');
    }
    const faults = await trial.finish();
    for (const lane of lanes) await lane.dismissWorkers();
    return faults;
  };
}
