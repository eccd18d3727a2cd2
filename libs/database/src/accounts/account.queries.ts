import type { Queryable, Transaction } from '../connection/database.js';
import type { AddressedWork } from '../work/work-line.js';

/** Names an account: a cluster as one login user sees it. */
export interface AccountKey {
  readonly resourceId: number;
  /** User that logs in over SSH; empty where the queue is asked as the server's own user (sudo). */
  readonly login: string;
}

/** Makes the account known; in the transaction that names an attempt there. @returns its id */
export async function ensureAccount(transaction: Transaction, { resourceId, login }: AccountKey): Promise<number> {
  await transaction.execute(`insert into account (resource_id, login) values ($1, $2) on conflict do nothing`, [resourceId, login]);
  const [account] = await transaction.query<{ readonly id: number }>('select id from account where resource_id = $1 and login = $2', [
    resourceId,
    login,
  ]);
  if (account === undefined) throw new Error(`resource ${resourceId} has no account ${login}`);
  return account.id;
}

/**
 * Asks for a look at the account. Rings take one order, the batch's line before the account's: call it last in a batch's transaction, which
 * others of the account then wait for.
 * @returns what to nudge once the transaction is committed
 */
export async function ringAccount(transaction: Transaction, id: number, backendType: string): Promise<AddressedWork> {
  const [work] = await transaction.query<AddressedWork>(
    `insert into work (kind, id, backend_type, resource_id, next_action_at)
     select 'account', id, $2, resource_id, clock_timestamp() from account where id = $1
     on conflict (kind, id) do update set rings = work.rings + 1, next_action_at = least(work.next_action_at, clock_timestamp())
     returning kind, id, backend_type as "backendType", resource_id as "resourceId", place`,
    [id, backendType],
  );
  if (work === undefined) throw new Error(`there is no account ${id}`);
  return work;
}

/** An account and how asking it went so far. */
export interface PolledAccount extends AccountKey {
  readonly id: number;
  /** `jobs_poll_interval` of the resource as it is now, in seconds. */
  readonly pollIntervalSeconds: number;
  /** Null before the first question. */
  readonly secondsSinceAsked: number | null;
  /** Since anything that was seen there changed; null before the first answer. */
  readonly quietSeconds: number | null;
  /** Questions in a row that got no usable answer. */
  readonly failures: number;
  /** Why the last one got none. */
  readonly trouble: string | null;
}

/** @returns null when there is no such account */
export async function findPolledAccount(db: Queryable, id: number): Promise<PolledAccount | null> {
  const [row] = await db.query<PolledAccount>(
    `select a.id, a.resource_id as "resourceId", a.login, r.jobs_poll_interval as "pollIntervalSeconds", a.failures, a.trouble,
            extract(epoch from clock_timestamp() - a.asked_at)::float8 as "secondsSinceAsked",
            extract(epoch from clock_timestamp() - a.changed_at)::float8 as "quietSeconds"
       from account a join resource r on r.id = a.resource_id where a.id = $1`,
    [id],
  );
  return row ?? null;
}

/** Why the last question about an attempt got no answer; null: it got one, or was not put yet. */
export async function findQueueTrouble(db: Queryable, attemptId: number): Promise<string | null> {
  const [row] = await db.query<{ trouble: string | null }>(
    `select c.trouble from attempt a join account c on c.id = a.account_id where a.id = $1`,
    [attemptId],
  );
  return row?.trouble ?? null;
}

/** A question is about to be put: whatever becomes of it, the next one has to wait for its turn. @returns the time, as PostgreSQL tells it */
export async function noteQuestion(transaction: Transaction, id: number): Promise<string> {
  const [row] = await transaction.query<{ askedAt: string }>(
    `update account set asked_at = clock_timestamp() where id = $1 returning asked_at as "askedAt"`,
    [id],
  );
  if (row === undefined) throw new Error(`account ${id} is gone`);
  return row.askedAt;
}

/** The question was answered. @param hasNews whether anything differed from the answer before */
export async function noteAnswer(transaction: Transaction, id: number, hasNews: boolean): Promise<void> {
  await transaction.execute(
    `update account set answered_at = clock_timestamp(), failures = 0, trouble = null,
            changed_at = case when $2 then clock_timestamp() else coalesce(changed_at, clock_timestamp()) end
      where id = $1`,
    [id, hasNews],
  );
}

/** The question got no usable answer: nothing is known, nothing changes but the time of the next look. */
export async function noteSilence(transaction: Transaction, id: number, trouble: string): Promise<void> {
  await transaction.execute('update account set failures = failures + 1, trouble = $2 where id = $1', [id, trouble]);
}
