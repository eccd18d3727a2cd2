import type { Queryable, Transaction } from '../connection/database.js';

/** A limit of the cluster that a submission met. */
export interface SubmitLimit {
  readonly accountId: number;
  /** Whom it holds up: the whole cluster, or some user, association, QOS. Words of the caller's. */
  readonly scope: string;
  /** For people. */
  readonly reason: string;
}

/** Remembers a limit for some seconds, so that the next wave does not knock again before. */
export async function noteSubmitLimit(transaction: Transaction, { accountId, scope, reason }: SubmitLimit, seconds: number): Promise<void> {
  await transaction.execute(
    `insert into submit_limit (account_id, scope, reason, until) values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
     on conflict (account_id, scope) do update set reason = excluded.reason, until = excluded.until`,
    [accountId, scope, reason, seconds],
  );
}

/** A limit that still holds. */
export interface StandingLimit {
  readonly reason: string;
  /** Until somebody may knock again. */
  readonly seconds: number;
}

/** The limit among these scopes that holds longest. @returns null when a submission may be tried */
export async function findSubmitLimit(db: Queryable, accountId: number, scopes: readonly string[]): Promise<StandingLimit | null> {
  const [row] = await db.query<StandingLimit>(
    `select reason, extract(epoch from until - clock_timestamp())::float8 as seconds from submit_limit
      where account_id = $1 and scope = any($2::text[]) and until > clock_timestamp() order by until desc limit 1`,
    [accountId, scopes],
  );
  return row ?? null;
}
