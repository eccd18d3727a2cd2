import {
  addJobLog,
  decideJob,
  deleteOutputs,
  findJobTask,
  insertAccountingRecord,
  listEndedUnits,
  lockDataset,
  moveRun,
  turnUnits,
  type EngineJob,
  type EngineRun,
  type Lease,
  type NextLook,
} from '@fractal-server/database';
import { failedJobLog, JobFailure, readInitOutput, type ParallelizationItem } from '@fractal-server/domain';
import type { EngineContext } from '../engine-context.js';
import { engineFailPoints } from '../fail-points.js';
import { loggerOf } from '../logs/job-logger.js';
import { mergeRun } from './merge-run.js';
import { planComputePhase } from './plan-batches.js';
import { readTaskSnapshot, type TaskSnapshot } from './task-snapshot.js';

/** After the init part of a compound task: plans the compute part, or closes the run where there is nothing to compute (contract: runner.md 4.4). */
export async function continueAfterInit(context: EngineContext, lease: Lease, job: EngineJob, run: EngineRun): Promise<NextLook> {
  const [init] = await listEndedUnits(context.database, run.id);
  const items = init?.isOk === true ? itemsOf(init.output) : [];
  if (items.length === 0) return mergeRun(context, lease, job, run);
  const jobTask = await findJobTask(context.database, job.id, run.position);
  if (jobTask === null) throw new Error(`job ${job.id} has no task ${run.position}`);
  const batchIds = await planCompute(lease, job, run, readTaskSnapshot(jobTask), items);
  if (batchIds === null) return 'now';
  for (const id of batchIds) context.nudge({ kind: 'batch', id });
  return { afterSeconds: 60 };
}

function itemsOf(output: string | null): readonly ParallelizationItem[] {
  const outcome = readInitOutput(output);
  return outcome.ok ? outcome.output : [];
}

/** @returns the batches, or null when the compute part cannot be run as its meta says; init unit and run have failed then (16.3) */
async function planCompute(
  lease: Lease,
  job: EngineJob,
  run: EngineRun,
  task: TaskSnapshot,
  items: readonly ParallelizationItem[],
): Promise<number[] | null> {
  engineFailPoints.before('plan');
  const batchIds = await lease.transaction(async (tx) => {
    const dataset = await lockDataset(tx, run.datasetId);
    if (dataset === null) throw new Error(`dataset ${run.datasetId} of job ${job.id} is gone`);
    await moveRun(tx, run.id, 'init', 'planning');
    try {
      return await planComputePhase(tx, { job, task, runId: run.id, dataset }, items);
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error;
      await turnUnits(tx, run.id, 'failed');
      await deleteOutputs(tx, run.id);
      await insertAccountingRecord(tx, job.userId, 0, 0);
      await moveRun(tx, run.id, 'planning', 'failed');
      await addJobLog(tx, job.id, loggerOf(job), [{ level: 'ERROR', message: error.message }]);
      await decideJob(tx, job.id, job.state, { outcome: 'failed', log: failedJobLog(job.id, error) });
      return null;
    }
  });
  engineFailPoints.after('plan');
  return batchIds;
}
