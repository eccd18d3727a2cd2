import {
  batchStates,
  stringifyJson,
  type BatchState,
  type JobState,
  type JobStatus,
  type JsonInput,
  type JsonObject,
} from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';
import { expectOneRow } from '../connection/expect-one-row.js';
import type { ResultsPosition } from '../runs/unit.queries.js';

/** Part of a run whose units are submitted together. */
export type BatchPhase = 'non_parallel' | 'init' | 'parallel' | 'compute';

/** The batches of one phase of a run that are about to be inserted. */
export interface NewBatches {
  readonly jobId: number;
  readonly runId: number;
  readonly phase: BatchPhase;
  /** Absolute path of the task's folder. */
  readonly folder: string;
  /** Number of units of each batch, in order. */
  readonly unitCounts: readonly number[];
  /** Most units of a batch at once; null: as many as there are slots. */
  readonly parallelism: number | null;
  /** What it takes to start the units, whatever is deleted meanwhile. */
  readonly spec: JsonInput;
}

/** Inserts the batches of a phase with one statement. @returns their ids, in order */
export async function insertBatches(transaction: Transaction, batches: NewBatches): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>(
    `insert into batch (job_id, run_id, phase, position, state, folder, unit_count, parallelism, spec)
     select $1, $2, $3, b.number - 1, 'planned', $4, b.units, $5, $6
       from unnest($7::integer[]) with ordinality as b (units, number) order by b.number
     returning id`,
    [batches.jobId, batches.runId, batches.phase, batches.folder, batches.parallelism, stringifyJson(batches.spec), batches.unitCounts],
  );
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

/** A batch as the engine sees it, with what it needs of its job. */
export interface EngineBatch {
  readonly id: number;
  readonly jobId: number;
  readonly runId: number;
  readonly phase: BatchPhase;
  /** Number of the batch within its phase. */
  readonly position: number;
  readonly state: BatchState;
  readonly folder: string;
  readonly unitCount: number;
  readonly parallelism: number | null;
  readonly spec: JsonObject;
  readonly results: ResultsPosition;
  readonly observedState: string | null;
  readonly workflowId: number | null;
  readonly userId: number;
  readonly resourceId: number;
  /** Row of the resource when the job was accepted. */
  readonly resource: JsonObject;
  /** Row of the profile when the job was accepted. */
  readonly profile: JsonObject;
  readonly workingDir: string;
  /** The job's folder on the user's side; the same for a local job. */
  readonly workingDirUser: string;
  readonly cacheDir: string;
  readonly slurmAccount: string | null;
  readonly workerInit: string | null;
  readonly jobState: JobState;
  readonly jobStatus: JobStatus;
  readonly isCancelRequested: boolean;
}

/** @returns null when there is no such batch */
export async function findEngineBatch(db: Queryable, id: number): Promise<EngineBatch | null> {
  const [row] = await db.query<EngineBatch & { offset: number; lines: number }>(
    `select b.id, b.job_id as "jobId", b.run_id as "runId", b.phase, b.position, b.state, b.folder, b.unit_count as "unitCount", b.parallelism, b.spec,
            b.results_offset as offset, b.results_lines as lines, b.observed_state as "observedState",
            j.workflow_id as "workflowId", j.user_id as "userId",
            j.resource_id as "resourceId", j.resource_snapshot as resource, j.profile_snapshot as profile, j.working_dir as "workingDir",
            j.working_dir_user as "workingDirUser", j.cache_dir as "cacheDir", j.slurm_account as "slurmAccount", j.worker_init as "workerInit",
            j.state as "jobState", j.status as "jobStatus", j.cancel_requested_at is not null as "isCancelRequested"
       from batch b join job j on j.id = b.job_id where b.id = $1`,
    [id],
  );
  if (row === undefined) return null;
  const { offset, lines, ...batch } = row;
  return { ...batch, results: { offset, lines } };
}

/** Moves a batch on. @throws IllegalMoveError, StateConflictError */
export async function moveBatch(transaction: Transaction, id: number, from: BatchState, to: BatchState): Promise<void> {
  await expectOneRow(
    transaction.execute('update batch set state = $3 where id = $1 and state = $2', [id, from, batchStates.move(from, to)]),
    () => `batch ${id} is not ${from}`,
  );
}

/** Moves a batch through several states that were seen together. @throws IllegalMoveError, StateConflictError */
export async function moveBatchAlong(transaction: Transaction, id: number, from: BatchState, path: readonly BatchState[]): Promise<void> {
  const to = path.reduce((at, next) => batchStates.move(at, next), from);
  await expectOneRow(
    transaction.execute('update batch set state = $3 where id = $1 and state = $2', [id, from, to]),
    () => `batch ${id} is not ${from}`,
  );
}

/** Begins with the results of a new attempt at the beginning of their file; what was seen of the one before counts no more. */
export async function resetResults(transaction: Transaction, id: number): Promise<void> {
  await transaction.execute('update batch set results_offset = 0, results_lines = 0, observed_state = null where id = $1', [id]);
}

/** Batches of a job that have not been settled. */
export async function listOpenBatches(db: Queryable, jobId: number): Promise<{ id: number; state: BatchState; place: string | null }[]> {
  return db.query(
    `select b.id, b.state, w.place from batch b left join work w on w.kind = 'batch' and w.id = b.id
      where b.job_id = $1 and b.state <> 'settled' order by b.id`,
    [jobId],
  );
}

/** Whether all batches of one phase of a run are settled. */
export async function isPhaseSettled(db: Queryable, runId: number, phase: BatchPhase): Promise<boolean> {
  const [row] = await db.query<{ settled: boolean }>(
    `select bool_and(state = 'settled') as settled from batch where run_id = $1 and phase = $2`,
    [runId, phase],
  );
  return row?.settled === true;
}

/** Nobody serves the batch's place any more: any worker may look at it, and knows from the observed state that nothing will come from there. */
export async function giveUpPlaceOfBatch(transaction: Transaction, id: number): Promise<void> {
  await transaction.execute(`update batch set observed_state = 'place lost', observed_at = clock_timestamp() where id = $1`, [id]);
  await transaction.execute(
    `update work set place = null, rings = rings + 1, next_action_at = clock_timestamp() where kind = 'batch' and id = $1`,
    [id],
  );
}
