import {
  enqueueWork,
  insertBatch,
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
  parallelTasksPerJob,
  requireUnitCount,
  taskFolderName,
  unitFiles,
  type JsonObject,
  type ParallelizationItem,
} from '@fractal-server/domain';
import { join } from 'node:path';
import type { TaskSnapshot } from './task-snapshot.js';

/** The run whose units are planned. */
export interface PlannedRun {
  readonly job: EngineJob;
  readonly task: TaskSnapshot;
  readonly runId: number;
  readonly dataset: Pick<LockedDataset, 'id' | 'zarrDir'>;
}

/**
 * Plans the first units of a run: the one of a non-parallel task or an init part, or those of a parallel task. @returns the batch
 * @throws JobFailure `too_many_units`, `bad_parallel_tasks_per_job`
 */
export async function planFirstPhase(tx: Transaction, run: PlannedRun, inputUrls: readonly string[]): Promise<number> {
  const { task, runId, job, dataset } = run;
  const isParallel = task.type === 'parallel';
  const phase: BatchPhase = isParallel ? 'parallel' : isCompound(task.type) ? 'init' : 'non_parallel';
  const batchSize = isParallel ? batchSizeOf(job, task) : null;
  if (isParallel) requireUnitCount(inputUrls.length);
  const units = isParallel ? parallelUnits(run, inputUrls, batchSize) : [nonParallelUnit(run, inputUrls)];
  const command = isParallel ? task.commandParallel : task.commandNonParallel;
  const batchId = await planBatch(tx, run, { phase, command, batchSize, units });
  if (!isConverter(task.type)) await linkImagesToUnits(tx, dataset.id, task.workflowTaskId, batchId);
  await moveRun(tx, runId, 'planning', phase === 'init' ? 'init' : 'executing');
  return batchId;
}

/**
 * Plans the compute part of a compound task: one unit for each item of the init part's list. @returns the batch
 * @throws JobFailure `bad_parallel_tasks_per_job`
 */
export async function planComputePhase(tx: Transaction, run: PlannedRun, items: readonly ParallelizationItem[]): Promise<number> {
  const batchSize = batchSizeOf(run.job, run.task);
  const units = parallelUnits(
    run,
    items.map(({ zarrUrl }) => zarrUrl),
    batchSize,
  );
  const batchId = await planBatch(tx, run, { phase: 'compute', command: run.task.commandParallel, batchSize, units });
  await moveRun(tx, run.runId, 'planning', 'executing');
  return batchId;
}

interface PlannedBatch {
  readonly phase: BatchPhase;
  readonly command: string | null;
  readonly batchSize: number | null;
  readonly units: readonly NewUnit[];
}

/** Everything that starting the batch takes is in the batch, its units and the job's snapshot. */
async function planBatch(tx: Transaction, run: PlannedRun, { phase, command, batchSize, units }: PlannedBatch): Promise<number> {
  const { job, runId, dataset } = run;
  const batchId = await insertBatch(tx, {
    jobId: job.id,
    runId,
    phase,
    position: 0,
    folder: folderOf(run),
    unitCount: units.length,
    parallelism: batchSize,
    spec: { command: command ?? '', taskPosition: job.taskPosition, batchSize, zarrDir: dataset.zarrDir },
  });
  await insertUnits(tx, runId, batchId, units);
  await enqueueWork(tx, { kind: 'batch', id: batchId, backendType: backendTypeOf(job), resourceId: job.resourceId, place: null });
  return batchId;
}

function parallelUnits(run: PlannedRun, urls: readonly string[], batchSize: number | null): NewUnit[] {
  const folder = folderOf(run);
  return urls.map((url, index) => ({ index, logfile: join(folder, unitFiles(parallelStem(index, batchSize)).log), zarrUrls: [url] }));
}

function nonParallelUnit(run: PlannedRun, zarrUrls: readonly string[]): NewUnit {
  return { index: 0, logfile: join(folderOf(run), unitFiles(NON_PARALLEL_STEM).log), zarrUrls };
}

function folderOf({ job, task }: PlannedRun): string {
  return join(job.workingDir, taskFolderName(task.order, task.name));
}

function batchSizeOf(job: EngineJob, task: TaskSnapshot): number | null {
  return parallelTasksPerJob(task.metaParallel, job.resource.get('jobs_runner_config') as JsonObject);
}

function backendTypeOf(job: EngineJob): string {
  return job.resource.get('type') as string;
}
