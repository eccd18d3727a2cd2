import { imagesOf } from '../checks/images.js';
import { Lane } from '../system/lane.js';
import type { ChaosSystem } from '../system/system.js';
import { Trial } from '../trial.js';

/** Runs a job that nobody hurts. @returns its images, which every other job must end with @throws when even that breaks a promise */
export async function runUndisturbed(system: ChaosSystem): Promise<string> {
  const lane = await Lane.make(system, 'undisturbed');
  lane.addWorker();
  const trial = await Trial.begin(system, 'undisturbed', undefined);
  const job = await trial.submit(lane);
  const faults = await trial.finish();
  if (faults.length > 0) throw new Error(`an undisturbed job broke promises:\n${faults.join('\n')}`);
  await lane.dismissWorkers();
  return imagesOf(system, job);
}
