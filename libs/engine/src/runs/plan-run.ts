import {
  addJobLog,
  decideJob,
  findJobTask,
  insertAccountingRecord,
  insertRun,
  listEarlierOutputTypes,
  lockDataset,
  moveRun,
  resetExecutorError,
  type EngineJob,
  type Lease,
  type NextLook,
  type Transaction,
} from '@fractal-server/database';
import {
  DomainError,
  failedJobLog,
  isConverter,
  JobFailure,
  requireInputs,
  requireOpenResource,
  typeFiltersBeforeTask,
  typeFiltersOfTask,
  type InputFilters,
  type TypeFilters,
} from '@fractal-server/domain';
import type { EngineContext } from '../engine-context.js';
import { engineFailPoints } from '../fail-points.js';
import { datasetGone } from '../jobs/dataset-gone.js';
import { loggerOf } from '../logs/job-logger.js';
import { attributeFiltersOf } from './job-images.js';
import { planFirstPhase } from './plan-batches.js';
import { selectInputs } from './select-inputs.js';
import { describeTask, readTaskSnapshot, type TaskSnapshot } from './task-snapshot.js';

/**
 * Plans the job's next task in one transaction: its run, units, batch and that batch's line of work, or the end of the job where there is
 * no task left or a guard refuses it (contract: runner.md 3.1). Images are read as they are now.
 */
export async function planRun(context: EngineContext, lease: Lease, job: EngineJob): Promise<NextLook> {
  engineFailPoints.before('plan');
  const batchIds = await lease.transaction(async (tx) => {
    const jobTask = await findJobTask(tx, job.id, job.taskPosition);
    if (jobTask === null) return endWorkflow(tx, job);
    const task = readTaskSnapshot(jobTask);
    await addJobLog(tx, job.id, loggerOf(job), [{ level: 'INFO', message: `SUBMIT ${describeTask(task)}` }]);
    return plan(tx, job, task);
  });
  engineFailPoints.after('plan');
  if (batchIds === null) return 'now';
  for (const id of batchIds) context.nudge({ kind: 'batch', id });
  return { afterSeconds: 60 };
}

/** @returns the batches to start, or null when the job is decided */
async function plan(tx: Transaction, job: EngineJob, task: TaskSnapshot): Promise<number[] | null> {
  const dataset = job.datasetId === null ? null : await lockDataset(tx, job.datasetId);
  if (dataset === null) return failJob(tx, job, datasetGone(job));
  let typeFilters: TypeFilters;
  try {
    const flow = typeFiltersBeforeTask(job.typeFilters as TypeFilters, await listEarlierOutputTypes(tx, job.id, job.taskPosition));
    typeFilters = typeFiltersOfTask(flow, { inputTypes: task.inputTypes, workflowTaskTypeFilters: task.typeFilters });
  } catch (error) {
    // No run is made for filters that contradict each other (contract: runner.md 3.1 B).
    if (error instanceof DomainError) return failJob(tx, job, error);
    throw error;
  }
  const filters: InputFilters = { typeFilters, attributeFilters: attributeFiltersOf(job) };
  const { urls, availableCount } = isConverter(task.type)
    ? { urls: [], availableCount: 0 }
    : await selectInputs(tx, job, dataset.id, filters);
  const runId = await insertRun(tx, {
    jobId: job.id,
    datasetId: dataset.id,
    position: job.taskPosition,
    state: 'planning',
    availableImages: availableCount,
  });
  await resetExecutorError(tx, job.id);
  try {
    requireInputs(task, urls.length, filters);
    requireOpenResource(task.name, await resourceNow(tx, job));
  } catch (error) {
    return failRun(tx, job, runId, error);
  }
  try {
    return await planFirstPhase(tx, { job, task, runId, dataset }, urls);
  } catch (error) {
    // The run counts as executed with no unit (contract: runner.md 3.2).
    if (error instanceof JobFailure) await insertAccountingRecord(tx, job.userId, 0, 0);
    return failRun(tx, job, runId, error);
  }
}

/** The run was refused before it had any unit. */
async function failRun(tx: Transaction, job: EngineJob, runId: number, error: unknown): Promise<null> {
  if (!(error instanceof JobFailure)) throw error;
  await moveRun(tx, runId, 'planning', 'failed');
  return failJob(tx, job, error);
}

async function failJob(tx: Transaction, job: EngineJob, error: Error): Promise<null> {
  await addJobLog(tx, job.id, loggerOf(job), [{ level: 'ERROR', message: error.message }]);
  await decideJob(tx, job.id, job.state, { outcome: 'failed', log: failedJobLog(job.id, error) });
  return null;
}

async function endWorkflow(tx: Transaction, job: EngineJob): Promise<null> {
  await addJobLog(tx, job.id, loggerOf(job), [{ level: 'INFO', message: `END workflow "${String(job.workflow.get('name'))}"` }]);
  await decideJob(tx, job.id, job.state, { outcome: 'done', log: null });
  return null;
}

/** Whether the resource takes new work is read as it is now: an administrator drains a resource by that. */
async function resourceNow(tx: Transaction, job: EngineJob): Promise<{ name: string; preventNewSubmissions: boolean }> {
  const [row] = await tx.query<{ name: string; preventNewSubmissions: boolean }>(
    'select name, prevent_new_submissions as "preventNewSubmissions" from resource where id = $1',
    [job.resourceId],
  );
  if (row === undefined) throw new Error(`job ${job.id} refers to resource ${job.resourceId}, which is gone`);
  return row;
}
