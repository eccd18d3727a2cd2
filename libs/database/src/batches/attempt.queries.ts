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
}

/** The latest attempt at a batch. @returns null before the first */
export async function findLatestAttempt(db: Queryable, batchId: number): Promise<BatchAttempt | null> {
  const [row] = await db.query<BatchAttempt>(
    `select id, number, name, token, state, folder, place, owner from attempt where batch_id = $1 order by number desc limit 1`,
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
  readonly place: string;
}

/** Names an attempt. */
export async function insertAttempt(transaction: Transaction, attempt: NewAttempt): Promise<void> {
  await transaction.execute(
    `insert into attempt (batch_id, number, name, token, state, folder, place) values ($1, $2, $3, $4, 'named', $5, $6)`,
    [attempt.batchId, attempt.number, attempt.name, attempt.token, attempt.folder, attempt.place],
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
