import { JobFailure, type JsonObject } from '@fractal-server/domain';
import { forJob, resolveSlurmConfig, SlurmConfigError, type SlurmConfigWarning } from '@fractal-server/slurm';
import { metaOfPart, type BatchPlan, type PhaseToPlan } from '../runs/batch-plan.js';
import { storeSlurmConfig } from './stored-slurm-config.js';

/**
 * On a cluster the units of a phase are cut into batches, each one SLURM job, as the resource and the task's meta say (contract: slurm.md 2.5,
 * 3). What they ask SLURM for is decided here, once, and kept with the batches.
 * @throws JobFailure `slurm_config` where the task cannot be submitted as it is configured
 */
export function planSlurmBatches({ job, task, part, unitCount }: PhaseToPlan): BatchPlan {
  try {
    const { config, warnings } = resolveSlurmConfig({
      runnerConfig: job.resource.get('jobs_runner_config') as JsonObject,
      metas: [metaOfPart(task, part)],
      taskName: task.name,
      part: part === 'parallel' ? 'parallel' : 'single',
      unitCount,
    });
    return {
      unitsPerBatch: config.unitsPerBatch,
      unitsPerName: config.unitsPerBatch,
      parallelism: config.unitsAtOnce,
      execution: storeSlurmConfig(forJob(config, job)),
      warnings: warnings.map((warning) => `${task.name}: ${WARNINGS[warning]}`),
    };
  } catch (error) {
    if (error instanceof SlurmConfigError) throw new JobFailure('slurm_config', error.message);
    throw error;
  }
}

const WARNINGS: Readonly<Record<SlurmConfigWarning, string>> = {
  PARALLEL_REDUCED_TO_TASKS_PER_JOB: '`parallel_tasks_per_job` is larger than `tasks_per_job` and was reduced to it.',
  CPUS_PER_JOB_OVER_TARGET: 'a SLURM job asks for more CPUs than the resource aims at.',
  MEM_PER_JOB_OVER_TARGET: 'a SLURM job asks for more memory than the resource aims at.',
  TIME_DOES_NOT_SCALE_WITH_PARALLEL_TASKS: 'the time limit holds for a whole SLURM job, however many units run in it.',
};
