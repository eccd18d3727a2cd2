import { JobFailure } from '../errors/job-failure.js';
import type { JsonObject } from '../json/json.js';
import { pythonRepr } from '../python/repr.js';

const KEY = 'parallel_tasks_per_job';

/**
 * How many units of one phase a local resource may run side by side, null for no limit of its own: the workflow task's meta where it has
 * the key (also with null), else the resource's setting (contract: runner.md 11).
 *
 * Difference: what the meta may not hold fails the run before any unit exists, so that none stays `submitted`.
 *
 * @throws JobFailure `bad_parallel_tasks_per_job`
 */
export function parallelTasksPerJob(meta: JsonObject | null, resourceConfig: JsonObject): number | null {
  const value = meta?.has(KEY) === true ? meta.get(KEY) : resourceConfig.get(KEY);
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new JobFailure(
    'bad_parallel_tasks_per_job',
    `Invalid ${KEY} for a local resource: it must be a positive integer or null, not ${pythonRepr(value)}.`,
  );
}
