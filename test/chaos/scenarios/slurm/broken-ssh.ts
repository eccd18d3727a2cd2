import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from '../../system/lane.js';
import { Trial } from '../../trial.js';
import type { Scenario } from '../scenario.js';
import { clusterLane, clusterOf, waitForBatch } from './stage-on-cluster.js';

const CUTS = 12;
const STOPPED_MS = 60_000;
const STALLED_MS = 20_000;

/** Connections are cut in the middle of whatever happens; the server is stopped for a minute, and stalled; narrow servers let few in. */
export function brokenSsh(round: number): Scenario {
  return async ({ system, random, reference }) => {
    const cluster = clusterOf(system);
    const trial = await Trial.begin(system, 'broken SSH', reference);
    const narrow = await cluster.slurm.startSshd(['MaxSessions 2']);
    const crowded = await cluster.slurm.startSshd(['MaxStartups 1:100:1']);
    const lane = await clusterLane(system, 'slurm_ssh', `cut${round}`);
    const lanes: Lane[] = [
      lane,
      await clusterLane(system, 'slurm_ssh', `narrow${round}`, { sshd: narrow, batches: 6 }),
      await clusterLane(system, 'slurm_ssh', `crowded${round}`, { sshd: crowded, batches: 6 }),
    ];
    for (const each of lanes) {
      each.addWorker();
      each.addWorker();
      await trial.submit(each, { retriesLostUnits: true });
    }
    for (let cut = 0; cut < CUTS; cut += 1) {
      await sleep(random.integer(100, 2_500));
      await cluster.sshd.killSessions();
      system.record.kill('SSH sessions are cut');
    }
    const late = await trial.submit(lane, { retriesLostUnits: true });
    await waitForBatch(trial, late, 'runs');
    cluster.sshd.freeze();
    system.record.kill('sshd is stalled');
    await sleep(STALLED_MS);
    cluster.sshd.thaw();
    await sleep(random.integer(500, 3_000));
    await cluster.sshd.stop();
    await cluster.sshd.killSessions();
    system.record.kill('sshd is stopped');
    await sleep(STOPPED_MS);
    await cluster.sshd.start();
    system.record.do('sshd is back');
    const faults = await trial.finish();
    for (const each of lanes) await each.dismissWorkers();
    await narrow.stop();
    await crowded.stop();
    return faults;
  };
}
