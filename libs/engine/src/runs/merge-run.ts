import {
  addJobLog,
  advanceJob,
  decideJob,
  deleteOutputs,
  findJobTask,
  insertAccountingRecord,
  listEndedUnits,
  lockDataset,
  moveRun,
  turnUnits,
  type EndedUnit,
  type EngineJob,
  type EngineRun,
  type Lease,
  type LockedDataset,
  type NextLook,
  type Queryable,
  type Transaction,
} from '@fractal-server/database';
import { failedJobLog, JobFailure, judgeRun, outputOfRun, unfinishedFailure, type RunVerdict } from '@fractal-server/domain';
import type { EngineContext } from '../engine-context.js';
import { engineFailPoints } from '../fail-points.js';
import { datasetGone } from '../jobs/dataset-gone.js';
import { loggerOf } from '../logs/job-logger.js';
import { applyRunOutput } from './apply-run-output.js';
import { toExecutedRun } from './executed-run.js';
import { describeTask, readTaskSnapshot, type TaskSnapshot } from './task-snapshot.js';
import { describeFailure, SHUTDOWN_TEXT } from './unit-failure.js';

interface Merge {
  readonly job: EngineJob;
  readonly run: EngineRun;
  readonly task: TaskSnapshot;
  readonly units: readonly EndedUnit[];
  readonly verdict: RunVerdict;
}

/**
 * Closes a run whose units have all ended: image rows, run, units, accounting and the job's next task in one transaction (contract:
 * runner.md 3.3). Linear in the units and in the images that they mention.
 */
export async function mergeRun(context: EngineContext, lease: Lease, job: EngineJob, run: EngineRun): Promise<NextLook> {
  const jobTask = await findJobTask(context.database, job.id, run.position);
  if (jobTask === null) throw new Error(`job ${job.id} has no task ${run.position}`);
  const task = readTaskSnapshot(jobTask);
  const { units, verdict } = await judge(context.database, run.id);
  engineFailPoints.before('merge');
  await lease.transaction((tx) => engineFailPoints.around('apply', () => merge(tx, { job, run, task, units, verdict })));
  engineFailPoints.after('merge');
  return 'now';
}

/** The texts of the outputs, which may be large, are let go here: what they say is in the verdict. */
async function judge(db: Queryable, runId: number): Promise<Pick<Merge, 'units' | 'verdict'>> {
  const ended = await listEndedUnits(db, runId);
  const firstFailed = ended.find(({ isOk }) => !isOk);
  const verdict = judgeRun(toExecutedRun(ended, firstFailed === undefined ? null : await describeFailure(firstFailed)));
  return { units: ended.map((unit) => ({ ...unit, output: null })), verdict };
}

async function merge(tx: Transaction, given: Merge): Promise<void> {
  const { job, run, task, units, verdict } = given;
  const dataset = await lockDataset(tx, run.datasetId);
  await moveRun(tx, run.id, run.state, 'merging');
  await tx.execute('savepoint before_output');
  try {
    if (dataset === null) throw datasetGone(job);
    const newImageCount = await applyOutputs(tx, given, dataset);
    await insertAccountingRecord(tx, job.userId, verdict.unitCount, newImageCount);
  } catch (error) {
    if (!(error instanceof JobFailure)) throw error;
    // What the units said cannot be true: nothing of it stays written, and all of them failed (contract: runner.md 3.3, 16.2).
    await tx.execute('rollback to savepoint before_output');
    await turnUnits(tx, run.id, 'failed');
    await closeRun(tx, given, error);
    return;
  }
  const [status] = verdict.unitStatuses;
  if (units[0]?.phase === 'init' && status !== undefined) await turnUnits(tx, run.id, status);
  if (verdict.failure === undefined && job.isCancelRequested) await closeRun(tx, given, unfinishedFailure(SHUTDOWN_TEXT), 'done');
  else if (verdict.failure !== undefined) await closeRun(tx, given, verdict.failure);
  else {
    await addJobLog(tx, job.id, loggerOf(job), [{ level: 'INFO', message: `END    ${describeTask(task)}` }]);
    await deleteOutputs(tx, run.id);
    await moveRun(tx, run.id, 'merging', 'done');
    await advanceJob(tx, job.id, run.position);
  }
}

async function applyOutputs(tx: Transaction, { job, task, units, verdict }: Merge, dataset: LockedDataset): Promise<number> {
  const isAnyGood = verdict.goodOutputs.length > 0;
  const output = outputOfRun(verdict.goodOutputs, isAnyGood ? verdict.impliedUpdateUrls : []);
  return applyRunOutput(tx, { job, task, units, dataset, output });
}

async function closeRun(
  tx: Transaction,
  { job, run, task, units }: Merge,
  failure: JobFailure,
  status: 'done' | 'failed' = 'failed',
): Promise<void> {
  const failedCount = units.filter(({ isOk }) => !isOk).length;
  await addJobLog(tx, job.id, loggerOf(job), [
    { level: 'WARNING', message: `END    ${describeTask(task)} - ERROR: ${failedCount} of ${units.length} units failed.` },
    { level: 'ERROR', message: failure.message },
  ]);
  await deleteOutputs(tx, run.id);
  await moveRun(tx, run.id, 'merging', status);
  await decideJob(tx, job.id, job.state, { outcome: 'failed', log: failedJobLog(job.id, failure) });
}
