import { parallelTasksPerJob, type JsonObject } from '@fractal-server/domain';
import { metaOfPart, type BatchPlan, type PhaseToPlan } from '../runs/batch-plan.js';

/**
 * On a machine of ours all units of a phase are one batch under one runner, which starts as many at once as it has slots.
 * @throws JobFailure `bad_parallel_tasks_per_job`
 */
export function planLocalBatches({ job, task, part }: PhaseToPlan): BatchPlan {
  const config = job.resource.get('jobs_runner_config') as JsonObject;
  const atOnce = part === 'parallel' ? parallelTasksPerJob(metaOfPart(task, part), config) : null;
  return { unitsPerBatch: null, unitsPerName: atOnce, parallelism: atOnce, execution: null, warnings: [] };
}
