import type { JobState, JobStatus, JsonObject } from '@fractal-server/domain';
import { jobStates } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';
import { expectOneRow } from '../connection/expect-one-row.js';

/** A job as the engine sees it. */
export interface EngineJob {
  readonly id: number;
  readonly projectId: number | null;
  readonly workflowId: number | null;
  readonly datasetId: number | null;
  readonly userId: number;
  readonly status: JobStatus;
  readonly state: JobState;
  /** Written into the job's folder: who made it. */
  readonly token: string;
  readonly resourceId: number;
  /** Row of the resource when the job was accepted. */
  readonly resource: JsonObject;
  /** Row of the profile when the job was accepted. */
  readonly profile: JsonObject;
  readonly workflow: JsonObject;
  readonly workingDir: string;
  readonly workingDirUser: string;
  readonly cacheDir: string;
  readonly slurmAccount: string | null;
  readonly workerInit: string | null;
  readonly firstTaskIndex: number;
  readonly lastTaskIndex: number;
  /** The next task to run, counted from the job's first. */
  readonly taskPosition: number;
  readonly attributeFilters: JsonObject;
  readonly typeFilters: JsonObject;
  readonly isCancelRequested: boolean;
  readonly outcome: Exclude<JobStatus, 'submitted'> | null;
}

/** @returns null when there is no such job */
export async function findEngineJob(db: Queryable, id: number): Promise<EngineJob | null> {
  const [row] = await db.query<EngineJob>(
    `select id, project_id as "projectId", workflow_id as "workflowId", dataset_id as "datasetId", user_id as "userId", status, state, token,
            resource_id as "resourceId", resource_snapshot as resource, profile_snapshot as profile, workflow_dump as workflow,
            working_dir as "workingDir", working_dir_user as "workingDirUser", cache_dir as "cacheDir", slurm_account as "slurmAccount",
            worker_init as "workerInit", first_task_index as "firstTaskIndex", last_task_index as "lastTaskIndex",
            task_position as "taskPosition", attribute_filters as "attributeFilters", type_filters as "typeFilters",
            cancel_requested_at is not null as "isCancelRequested", outcome
       from job where id = $1`,
    [id],
  );
  return row ?? null;
}

/** Moves a job on. @throws IllegalMoveError for a move that the table does not have; StateConflictError when the row is elsewhere */
export async function moveJob(transaction: Transaction, id: number, from: JobState, to: JobState): Promise<void> {
  await expectOneRow(
    transaction.execute('update job set state = $3 where id = $1 and state = $2', [id, from, jobStates.move(from, to)]),
    () => `job ${id} is not ${from}`,
  );
}

/** Goes on to the next task. */
export async function advanceJob(transaction: Transaction, id: number, position: number): Promise<void> {
  await expectOneRow(
    transaction.execute(`update job set task_position = $2 + 1 where id = $1 and state = 'running' and task_position = $2`, [id, position]),
    () => `job ${id} is not running its task ${position}`,
  );
}

/** How a job ends, written down before clients see it: the wire status turns when `workflow.log` is complete. */
export interface JobOutcome {
  readonly outcome: Exclude<JobStatus, 'submitted'>;
  /** Text for the job's `log`; null: the whole `workflow.log`. */
  readonly log: string | null;
}

/** The job has nothing more to run: `finalizing` follows. */
export async function decideJob(transaction: Transaction, id: number, from: JobState, { outcome, log }: JobOutcome): Promise<void> {
  await expectOneRow(
    transaction.execute(
      `update job set state = $3, outcome = coalesce(outcome, $4), outcome_log = coalesce(outcome_log, $5) where id = $1 and state = $2`,
      [id, from, jobStates.move(from, 'finalizing'), outcome, log],
    ),
    () => `job ${id} is not ${from}`,
  );
}

/**
 * Shows the end of a job to clients, unless an administrator ended it before.
 * @param workflowLog the whole log, for a job that is done
 */
export async function endJob(transaction: Transaction, id: number, workflowLog: string): Promise<void> {
  await transaction.execute(
    `update job set status = outcome, end_timestamp = clock_timestamp(), log = case outcome when 'done' then $2 else outcome_log end
      where id = $1 and status = 'submitted' and state = 'finalizing' and outcome is not null`,
    [id, workflowLog],
  );
}

/** Forgets the SLURM errors of the task before (contract: runner.md 3.1 D). */
export async function resetExecutorError(transaction: Transaction, id: number): Promise<void> {
  await transaction.execute('update job set executor_error_log = null where id = $1 and executor_error_log is not null', [id]);
}

/** What SLURM said on stderr of a task's jobs: the first text of a task counts (contract: slurm.md 8.5). */
export async function noteExecutorError(transaction: Transaction, id: number, text: string): Promise<void> {
  await transaction.execute('update job set executor_error_log = $2 where id = $1 and executor_error_log is null', [id, text]);
}

/** The job on the same dataset whose units may still run, if there is one: an administrator ended it a moment ago. */
export async function findStoppingJobOnDataset(db: Queryable, { id, datasetId }: EngineJob): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    `select id from job where dataset_id = $1 and id <> $2 and status <> 'submitted' and state not in ('finalizing', 'closed') limit 1`,
    [datasetId, id],
  );
  return row?.id ?? null;
}

/** Jobs that wait for the end of another one on their dataset. */
export async function listJobsWaitingForDataset(db: Queryable, { id, datasetId }: EngineJob): Promise<number[]> {
  const rows = await db.query<{ id: number }>(`select id from job where dataset_id = $1 and id <> $2 and state = 'queued'`, [
    datasetId,
    id,
  ]);
  return rows.map((row) => row.id);
}
