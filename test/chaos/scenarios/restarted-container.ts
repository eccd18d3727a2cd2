import { setTimeout as sleep } from 'node:timers/promises';
import { Lane } from '../system/lane.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';

const TIMES = 2;
/** The first death may have ended the job. */
const LATER_MS = 30_000;

/**
 * A worker lives in a process namespace of its own, as in a container. When that dies, its units die with it, and the same place comes back
 * as another namespace: every unit without a result counts as started.
 */
export function restartedContainer(round: number): Scenario {
  return async ({ system, random, reference }) => {
    const trial = await Trial.begin(system, 'restarted container', reference);
    const lanes = [
      await Lane.make(system, `container-retrying${round}`, { retriesLostUnits: true }),
      await Lane.make(system, `container-strict${round}`),
    ];
    for (const lane of lanes) {
      lane.addWorker({ place: lane.name, isContainer: true });
      await trial.submit(lane, { retriesLostUnits: lane === lanes[0] });
    }
    for (let time = 0; time < TIMES; time += 1) {
      for (const lane of lanes) {
        await trial.findLongRunner(lane, time === 0 ? undefined : LATER_MS);
        await sleep(random.integer(0, 600));
        await trial.killContainer(lane);
      }
    }
    const faults = await trial.finish();
    for (const lane of lanes) await lane.dismissWorkers();
    return faults;
  };
}
