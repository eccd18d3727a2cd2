import { setTimeout as sleep } from 'node:timers/promises';
import { readJournal } from '../../checks/journal.js';
import type { ClusterWay } from '../../cluster/chaos-cluster.js';
import type { ChaosSystem } from '../../system/system.js';
import { Trial } from '../../trial.js';
import type { Scenario } from '../scenario.js';
import { clusterLanes, clusterOf, waitForBatch } from './stage-on-cluster.js';

/** What a unit runner knows reaches the shared file system within so long. */
const WRITTEN_MS = 5_000;

/** Both nodes die, one after the other: finished units count, the others run again or fail with SLURM's word. */
export function lostNode(round: number, ways: readonly ClusterWay[]): Scenario {
  return async ({ system, random, reference }) => {
    const { slurm } = clusterOf(system);
    const trial = await Trial.begin(system, 'lost node', reference);
    const retrying = await clusterLanes(system, ways, `node-retrying${round}`, 1);
    const strict = await clusterLanes(system, ways, `node-strict${round}`, 1, { retriesLostUnits: false });
    const jobs = [];
    for (const lane of [...retrying, ...strict]) jobs.push(await trial.submit(lane, { retriesLostUnits: retrying.includes(lane) }));
    jobs.forEach((job) => trial.noteHurt(job));
    const finished = new Set<string>();
    for (const node of slurm.nodes) {
      await Promise.all(jobs.map((job) => waitForBatch(trial, job, 'runs', 20_000)));
      await sleep(random.integer(0, 1_500));
      for (const { what, args } of readJournal(system.script)) if (what === 'end') finished.add(args);
      await sleep(WRITTEN_MS);
      await node.kill();
      await node.setDown();
      system.record.kill(`node ${node.name} is dead`);
      await sleep(random.integer(2_000, 6_000));
      await node.start();
      await node.resume();
      system.record.do(`node ${node.name} is back`);
    }
    const faults = [...(await trial.finish()), ...(await listForgottenUnits(system, trial, finished))];
    for (const lane of [...retrying, ...strict]) await lane.dismissWorkers();
    return faults;
  };
}

/** Units whose end was written down long before their node died. */
async function listForgottenUnits(system: ChaosSystem, trial: Trial, finished: ReadonlySet<string>): Promise<string[]> {
  const units = await system.query<{ args: string; result: string }>(
    `select replace(regexp_replace(u.logfile, '-log.txt$', '-args.json'), j.working_dir, j.working_dir_user) as args, u.result
       from unit u join batch b on b.id = u.batch_id join job j on j.id = b.job_id where j.id = any($1)`,
    [trial.jobs.map(({ id }) => id)],
  );
  return units
    .filter(({ args, result }) => finished.has(args) && result !== 'ok')
    .map(({ args }) => `a finished unit was not kept: ${args}`);
}
