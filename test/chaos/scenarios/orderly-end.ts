import { setTimeout as sleep } from 'node:timers/promises';
import { stillLives } from '../checks/processes.js';
import { Lane } from '../system/lane.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';

const TIMES = 3;

/** SIGTERM to every worker and every API process while units run: no unit ends by it, none is started again. */
export function orderlyEnd(round: number): Scenario {
  return async ({ system, random, reference }) => {
    const trial = await Trial.begin(system, 'orderly end', reference);
    const lane = await Lane.make(system, `orderly${round}`, { slots: 2 });
    lane.addWorker();
    lane.addWorker();
    const job = await trial.submit(lane);
    const faults: string[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      await sleep(random.integer(800, 2_500));
      const runners = await trial.runnersOf([lane]);
      system.record.do('SIGTERM all workers and API processes');
      await Promise.all([...lane.workers, ...system.apis].map((app) => app.hold('SIGTERM')));
      // A runner that has no unit left ends by itself: then its attempt has an end marker, and the check of attempts says so.
      if (runners.length > 0 && !runners.some(stillLives)) system.record.do('the runner had ended meanwhile');
      await sleep(random.integer(0, 2_000));
      for (const app of [...lane.workers, ...system.apis]) app.resume();
    }
    await trial.waitForEndOf(job);
    faults.push(...(await trial.finish()));
    await lane.dismissWorkers();
    return faults;
  };
}
