import { setTimeout as sleep } from 'node:timers/promises';
import { Lane, type ChaosJob } from '../system/lane.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';

/** Jobs at the same time: each place gets some of them. */
const JOBS = 6;
const KILLS = 6;

/** Two places serve one resource. What runs at a place waits for a worker of that place; nobody else touches it. */
export function twoPlaces(round: number): Scenario {
  return async ({ system, random, reference }) => {
    const trial = await Trial.begin(system, 'two places', reference);
    const lane = await Lane.make(system, `places${round}`, { slots: 2 });
    const workers = [lane.addWorker({ place: 'east' }), lane.addWorker({ place: 'west' })];
    await system.waitForPlaces(['east', 'west']);
    const jobs: ChaosJob[] = [];
    for (let index = 0; index < JOBS; index += 1) jobs.push(await trial.submit(lane));
    await trial.findLongRunner(lane);
    for (let time = 0; time < KILLS; time += 1) {
      await sleep(random.integer(300, 2_500));
      const worker = random.pick(workers);
      system.record.kill(`SIGKILL ${worker.name}; it stays away for a while`);
      await worker.hold();
      await sleep(random.integer(500, 4_000));
      worker.resume();
    }
    const faults = await trial.finish();
    const used = await system.query<{ place: string }>(
      'select distinct a.place from attempt a join batch b on b.id = a.batch_id where b.job_id = any($1)',
      [jobs.map(({ id }) => id)],
    );
    if (used.length !== workers.length) faults.push(`only ${used.map(({ place }) => place).join(', ')} was used`);
    await lane.dismissWorkers();
    return faults;
  };
}
