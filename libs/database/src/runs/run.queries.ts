import { runStates, runStatusOf, type JobFailureCode, type RunState } from '@fractal-server/domain';
import { expectOneRow } from '../connection/expect-one-row.js';
import type { Queryable, Transaction } from '../connection/database.js';

/** A run as the engine sees it. */
export interface EngineRun {
  readonly id: number;
  readonly jobId: number;
  readonly datasetId: number;
  readonly workflowTaskId: number | null;
  readonly position: number;
  readonly state: RunState;
}

/** The job's run of the task at a position. @returns null while it is not planned */
export async function findRun(db: Queryable, jobId: number, position: number): Promise<EngineRun | null> {
  const [row] = await db.query<EngineRun>(
    `select id, job_id as "jobId", dataset_id as "datasetId", workflow_task_id as "workflowTaskId", position, state
       from run where job_id = $1 and position = $2`,
    [jobId, position],
  );
  return row ?? null;
}

/** What a new run is made of; its dumps are copied from the job's task at the position. */
export interface NewRun {
  readonly jobId: number;
  readonly datasetId: number;
  readonly position: number;
  /** `planning`, or `failed` where a guard refused the run. */
  readonly state: RunState;
  readonly availableImages: number;
}

/** Inserts a run. @returns its id */
export async function insertRun(transaction: Transaction, run: NewRun): Promise<number> {
  const [row] = await transaction.query<{ id: number }>(
    `insert into run (dataset_id, workflow_task_id, job_id, task_id, workflow_task_dump, task_group_dump, status, num_available_images, state, position)
     select $2, (select id from workflow_task where id = jt.workflow_task_id), $1, (select id from task where id = jt.task_id),
            jt.snapshot->'workflowTask', jt.snapshot->'taskGroup', $4, $5, $6, $3
       from job_task jt where jt.job_id = $1 and jt.position = $3
     returning id`,
    [run.jobId, run.datasetId, run.position, runStatusOf(run.state), run.availableImages, run.state],
  );
  if (row === undefined) throw new Error(`job ${run.jobId} has no task ${run.position}`);
  return row.id;
}

/** Moves a run on, its wire status with it. @throws IllegalMoveError, StateConflictError */
export async function moveRun(transaction: Transaction, id: number, from: RunState, to: RunState): Promise<void> {
  await expectOneRow(
    transaction.execute('update run set state = $3, status = $4 where id = $1 and state = $2', [
      id,
      from,
      runStates.move(from, to),
      runStatusOf(to),
    ]),
    () => `run ${id} is not ${from}`,
  );
}

/** One row for each executed task (contract: runner.md 12). */
export async function insertAccountingRecord(
  transaction: Transaction,
  userId: number,
  taskCount: number,
  newImageCount: number,
): Promise<void> {
  await transaction.execute('insert into accounting_record (user_id, num_tasks, num_new_images) values ($1, $2, $3)', [
    userId,
    taskCount,
    newImageCount,
  ]);
}

/** Why a unit failed, as it is kept until its run is closed. */
export type UnitFailure =
  | {
      readonly kind: 'exit';
      readonly exitCode: number | null;
      readonly signal: number | null;
      readonly logBytes: number;
      readonly logTail: string;
    }
  | { readonly kind: 'start'; readonly text: string }
  | { readonly kind: 'output'; readonly code: JobFailureCode; readonly text: string }
  | { readonly kind: 'unfinished'; readonly text: string };
