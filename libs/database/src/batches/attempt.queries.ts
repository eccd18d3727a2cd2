import { attemptStates, stringifyJson, type AttemptState, type JsonInput, type JsonObject } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';
import { expectOneRow } from '../connection/expect-one-row.js';

/** An attempt at a batch. */
export interface BatchAttempt {
  readonly id: number;
  readonly number: number;
  readonly name: string;
  readonly token: string;
  readonly state: AttemptState;
  readonly folder: string;
  readonly place: string | null;
  /** The runner that won the claim, as it described itself. */
  readonly owner: JsonObject | null;
  /** Where its SLURM job is looked for; null for an attempt that is not on a cluster. */
  readonly accountId: number | null;
  /** When its submission was last begun: from then on a SLURM job with its name may exist. */
  readonly submittedAt: string | null;
  /** Seconds since then, by PostgreSQL's clock. */
  readonly submittedSeconds: number | null;
  /** The id that SLURM gave its job, once that is known. */
  readonly slurmJobId: string | null;
}

/** The latest attempt at a batch. @returns null before the first */
export async function findLatestAttempt(db: Queryable, batchId: number): Promise<BatchAttempt | null> {
  const [row] = await db.query<BatchAttempt>(
    `select id, number, name, token, state, folder, place, owner, account_id as "accountId", submitted_at as "submittedAt",
            extract(epoch from clock_timestamp() - submitted_at)::float8 as "submittedSeconds", slurm_job_id as "slurmJobId"
       from attempt where batch_id = $1 order by number desc limit 1`,
    [batchId],
  );
  return row ?? null;
}

/** What is written down before anything is started. */
export interface NewAttempt {
  readonly batchId: number;
  readonly number: number;
  readonly name: string;
  readonly token: string;
  readonly folder: string;
  /** Null for an attempt on a cluster. */
  readonly place: string | null;
  /** Null for an attempt at a place. */
  readonly accountId: number | null;
}

/** Names an attempt. */
export async function insertAttempt(transaction: Transaction, attempt: NewAttempt): Promise<void> {
  await transaction.execute(
    `insert into attempt (batch_id, number, name, token, state, folder, place, account_id) values ($1, $2, $3, $4, 'named', $5, $6, $7)`,
    [attempt.batchId, attempt.number, attempt.name, attempt.token, attempt.folder, attempt.place, attempt.accountId],
  );
}

/** Writes down that the attempt's SLURM job is about to be submitted. @throws StateConflictError when the attempt is over */
export async function beginSubmission(transaction: Transaction, id: number): Promise<void> {
  await expectOneRow(
    transaction.execute(
      `update attempt set submitted_at = clock_timestamp(), submission_ended_at = null where id = $1 and state in ('named', 'claimed')`,
      [id],
    ),
    () => `attempt ${id} is over`,
  );
}

/** `sbatch` has ended by itself, and nobody knows whether SLURM has the job: what can still be on its way is only what it sent. */
export async function noteSubmissionEnded(transaction: Transaction, id: number): Promise<void> {
  await transaction.execute('update attempt set submission_ended_at = clock_timestamp() where id = $1', [id]);
}

/** SLURM refused the submission, or it is known not to have arrived: no SLURM job has the attempt's name. @throws StateConflictError */
export async function withdrawSubmission(transaction: Transaction, id: number): Promise<void> {
  await expectOneRow(
    transaction.execute(`update attempt set submitted_at = null where id = $1 and state = 'named' and slurm_job_id is null`, [id]),
    () => `attempt ${id} has a SLURM job`,
  );
}

/** The id that SLURM gave the attempt's job. @throws StateConflictError when the attempt is over */
export async function noteSlurmJob(transaction: Transaction, id: number, slurmJobId: string): Promise<void> {
  await expectOneRow(
    transaction.execute(`update attempt set slurm_job_id = $2 where id = $1 and state in ('named', 'claimed')`, [id, slurmJobId]),
    () => `attempt ${id} is over`,
  );
}

/** The runner has the claim. @throws StateConflictError */
export async function claimAttempt(transaction: Transaction, id: number, owner: JsonInput): Promise<void> {
  await expectOneRow(
    transaction.execute(`update attempt set state = 'claimed', owner = $2 where id = $1 and state = 'named'`, [id, stringifyJson(owner)]),
    () => `attempt ${id} is not named`,
  );
}

/** The attempt is over. @throws IllegalMoveError, StateConflictError */
export async function closeAttempt(transaction: Transaction, attempt: BatchAttempt, to: AttemptState, outcome: JsonInput): Promise<void> {
  await expectOneRow(
    transaction.execute(`update attempt set state = $3, outcome = $4, timestamp_ended = clock_timestamp() where id = $1 and state = $2`, [
      attempt.id,
      attempt.state,
      attemptStates.move(attempt.state, to),
      stringifyJson(outcome),
    ]),
    () => `attempt ${attempt.id} is not ${attempt.state}`,
  );
}

/** How many attempts at a batch have run units, and left some of them for another one. */
export async function countRepeatedAttempts(db: Queryable, batchId: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::integer as count from attempt where batch_id = $1 and state in ('ended', 'lost')`,
    [batchId],
  );
  return row?.count ?? 0;
}

/** A batch that runs at a place, and how much of its place it could use. */
export interface LiveBatch {
  readonly batchId: number;
  readonly resourceId: number;
  readonly userId: number;
  readonly jobId: number;
  /** Folder of its present attempt. */
  readonly folder: string;
  readonly parallelism: number | null;
  /** Units without a result. */
  readonly remaining: number;
  /** `local_slots` of the resource as it is now; null: the cores of the place. */
  readonly localSlots: number | null;
}

/** The batches whose runners may use slots of a place, oldest first. */
export async function listLiveBatches(db: Queryable, place: string): Promise<LiveBatch[]> {
  return db.query<LiveBatch>(
    `select b.id as "batchId", j.resource_id as "resourceId", j.user_id as "userId", j.id as "jobId", a.folder, b.parallelism,
            b.unit_count - b.units_ended as remaining, (r.settings->>'local_slots')::integer as "localSlots"
       from attempt a join batch b on b.id = a.batch_id join job j on j.id = b.job_id join resource r on r.id = j.resource_id
      where a.place = $1 and a.state in ('named', 'claimed') and b.state in ('submitting', 'live')
      order by b.id`,
    [place],
  );
}
