import {
  addJobLog,
  enqueueAllWork,
  insertBatches,
  insertUnits,
  linkImagesToUnits,
  moveRun,
  type BatchPhase,
  type EngineJob,
  type LockedDataset,
  type NewUnit,
  type Transaction,
} from '@fractal-server/database';
import {
  isCompound,
  isConverter,
  NON_PARALLEL_STEM,
  parallelStem,
  requireUnitCount,
  taskFolderName,
  unitFiles,
  type ParallelizationItem,
} from '@fractal-server/domain';
import { splitUnits } from '@fractal-server/slurm';
import { join } from 'node:path';
import { isParallelPhase } from '../batches/unit-stem.js';
import { planLocalBatches } from '../local/plan-local-batches.js';
import { loggerOf } from '../logs/job-logger.js';
import { planSlurmBatches } from '../slurm/plan-slurm-batches.js';
import type { BatchPlan, TaskPart } from './batch-plan.js';
import type { TaskSnapshot } from './task-snapshot.js';

/** The run whose units are planned. */
export interface PlannedRun {
  readonly job: EngineJob;
  readonly task: TaskSnapshot;
  readonly runId: number;
  readonly dataset: Pick<LockedDataset, 'id' | 'zarrDir'>;
}

/**
 * Plans the first units of a run: the one of a non-parallel task or an init part, or those of a parallel task. @returns the batches
 * @throws JobFailure where there are too many units, or the task asks for what the resource cannot give
 */
export async function planFirstPhase(tx: Transaction, run: PlannedRun, inputUrls: readonly string[]): Promise<number[]> {
  const { task, runId, dataset } = run;
  const isParallel = task.type === 'parallel';
  const phase: BatchPhase = isParallel ? 'parallel' : isCompound(task.type) ? 'init' : 'non_parallel';
  if (isParallel) requireUnitCount(inputUrls.length);
  const inputs = isParallel ? inputUrls.map((url) => [url]) : [inputUrls];
  const batchIds = await planPhase(tx, run, phase, inputs);
  if (!isConverter(task.type)) await linkImagesToUnits(tx, dataset.id, task.workflowTaskId, runId);
  await moveRun(tx, runId, 'planning', phase === 'init' ? 'init' : 'executing');
  return batchIds;
}

/**
 * Plans the compute part of a compound task: one unit for each item of the init part's list. @returns the batches
 * @throws JobFailure where the task asks for what the resource cannot give
 */
export async function planComputePhase(tx: Transaction, run: PlannedRun, items: readonly ParallelizationItem[]): Promise<number[]> {
  const inputs = items.map(({ zarrUrl }) => [zarrUrl]);
  const batchIds = await planPhase(tx, run, 'compute', inputs);
  await moveRun(tx, run.runId, 'planning', 'executing');
  return batchIds;
}

/** Everything that starting the batches takes is in the batches, their units and the job's snapshot. */
async function planPhase(tx: Transaction, run: PlannedRun, phase: BatchPhase, inputs: readonly (readonly string[])[]): Promise<number[]> {
  const { job, task, runId, dataset } = run;
  const part: TaskPart = isParallelPhase(phase) ? 'parallel' : 'non_parallel';
  const plan = planBatches(run, part, inputs.length);
  const unitsPerBatch = plan.unitsPerBatch ?? inputs.length;
  const folder = join(job.workingDir, taskFolderName(task.order, task.name));
  const batchIds = await insertBatches(tx, {
    jobId: job.id,
    runId,
    phase,
    folder,
    unitCounts: splitUnits(inputs.length, unitsPerBatch).map(({ unitCount }) => unitCount),
    parallelism: plan.parallelism,
    spec: {
      command: (part === 'parallel' ? task.commandParallel : task.commandNonParallel) ?? '',
      taskPosition: job.taskPosition,
      unitsPerName: plan.unitsPerName,
      zarrDir: dataset.zarrDir,
      execution: plan.execution,
    },
  });
  const units = inputs.map((zarrUrls, index): NewUnit => {
    const stem = part === 'parallel' ? parallelStem(index, plan.unitsPerName) : NON_PARALLEL_STEM;
    const batchId = batchIds[Math.floor(index / unitsPerBatch)] as number;
    return { batchId, index, logfile: join(folder, unitFiles(stem).log), zarrUrls };
  });
  await insertUnits(tx, runId, units);
  await enqueueAllWork(tx, 'batch', batchIds, { backendType: job.resource.get('type') as string, resourceId: job.resourceId });
  if (plan.warnings.length > 0) {
    await addJobLog(
      tx,
      job.id,
      loggerOf(job),
      plan.warnings.map((message) => ({ level: 'WARNING', message })),
    );
  }
  return batchIds;
}

function planBatches({ job, task }: PlannedRun, part: TaskPart, unitCount: number): BatchPlan {
  const phase = { job, task, part, unitCount };
  return job.resource.get('type') === 'local' ? planLocalBatches(phase) : planSlurmBatches(phase);
}
