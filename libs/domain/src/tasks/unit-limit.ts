import { JobFailure } from '../errors/job-failure.js';

/** Most units that run side by side in one run: images of a parallel task, items of a parallelization list (contract: runner.md 14). */
export const MAX_PARALLEL_UNITS = 20_000;

/** @throws JobFailure `too_many_units` */
export function requireUnitCount(count: number): void {
  if (count <= MAX_PARALLEL_UNITS) return;
  throw new JobFailure('too_many_units', `Too many parallel tasks: ${count}, more than the limit of ${MAX_PARALLEL_UNITS}.`);
}
