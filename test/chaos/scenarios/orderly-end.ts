import { setTimeout as sleep } from 'node:timers/promises';
import { Lane } from '../system/lane.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';

const TIMES = 3;

/** SIGTERM to every worker and every API process while units run: no unit ends by it (the job is done), none is started again. */
export function orderlyEnd(round: number): Scenario {
  return async ({ system, random, reference }) => {
    const trial = await Trial.begin(system, 'orderly end', reference);
    const lane = await Lane.make(system, `orderly${round}`, { slots: 2 });
    lane.addWorker();
    lane.addWorker();
    const job = await trial.submit(lane);
    for (let time = 0; time < TIMES; time += 1) {
      await sleep(random.integer(800, 2_500));
      system.record.do('SIGTERM all workers and API processes');
      await Promise.all([...lane.workers, ...system.apis].map((app) => app.hold('SIGTERM')));
      await sleep(random.integer(0, 2_000));
      for (const app of [...lane.workers, ...system.apis]) app.resume();
    }
    await trial.waitForEndOf(job);
    const faults = await trial.finish();
    await lane.dismissWorkers();
    return faults;
  };
}
