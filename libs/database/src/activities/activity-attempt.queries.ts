import { stringifyJson, type Json, type JsonInput } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';

/** One try at a step of an activity. */
export interface ActivityAttempt {
  readonly id: number;
  readonly number: number;
  readonly name: string;
  readonly token: string;
  readonly folder: string;
  readonly state: string;
  readonly place: string | null;
  /** Who has the claim, as it was last seen. */
  readonly owner: Json;
}

/** The attempt that is neither ended, revoked nor lost; null when the next one may be named. */
export async function findOpenActivityAttempt(db: Queryable, activityId: number): Promise<ActivityAttempt | null> {
  const rows = await db.query<ActivityAttempt>(
    `select id, number, name, token, folder, state, place, owner from attempt
     where activity_id = $1 and state in ('named', 'claimed') order by number desc limit 1`,
    [activityId],
  );
  return rows[0] ?? null;
}

/** How many attempts of an activity were lost, because their runner or their machine died. */
export async function countLostActivityAttempts(db: Queryable, activityId: number): Promise<number> {
  const rows = await db.query<{ lost: number }>(`select count(*)::integer as lost from attempt where activity_id = $1 and state = 'lost'`, [
    activityId,
  ]);
  return rows[0]!.lost;
}

/** Names the next attempt of an activity: the intent, written before anything is started. */
export async function nameActivityAttempt(
  transaction: Transaction,
  activityId: number,
  attempt: { readonly name: string; readonly token: string; readonly folder: string; readonly place: string },
): Promise<void> {
  await transaction.execute(
    `insert into attempt (activity_id, number, name, token, state, folder, place)
     select $1, coalesce(max(number), 0) + 1, $2, $3, 'named', $4, $5 from attempt where activity_id = $1`,
    [activityId, attempt.name, attempt.token, attempt.folder, attempt.place],
  );
}

/** Writes down that a runner has the claim. */
export async function claimActivityAttempt(transaction: Transaction, attemptId: number, owner: JsonInput): Promise<void> {
  await transaction.execute(`update attempt set state = 'claimed', owner = $2 where id = $1 and state = 'named'`, [
    attemptId,
    stringifyJson(owner),
  ]);
}

/** Closes an attempt. */
export async function closeActivityAttempt(
  transaction: Transaction,
  attemptId: number,
  state: 'ended' | 'revoked' | 'lost',
  outcome: JsonInput,
): Promise<void> {
  await transaction.execute(
    `update attempt set state = $2, outcome = $3, timestamp_ended = clock_timestamp() where id = $1 and state in ('named', 'claimed')`,
    [attemptId, state, stringifyJson(outcome)],
  );
}
