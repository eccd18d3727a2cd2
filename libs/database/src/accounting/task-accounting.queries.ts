import type { Queryable } from '../connection/database.js';
import { ACCOUNTING_CONDITIONS, accountingParameters, type AccountingFilter } from './accounting-filter.js';

/** What one executed task cost (contract: runner.md 12). */
export interface AccountingRecord {
  readonly id: number;
  readonly userId: number;
  /** ISO text with microseconds. */
  readonly timestamp: string;
  readonly numTasks: number;
  readonly numNewImages: number;
}

/** How many records pass the filter. */
export async function countAccountingRecords(db: Queryable, filter: AccountingFilter): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*) from accounting_record where ${ACCOUNTING_CONDITIONS}`,
    accountingParameters(filter),
  );
  return row?.count ?? 0;
}

/** A part of the records that pass the filter, by id; `limit` null means all. */
export async function listAccountingRecords(
  db: Queryable,
  filter: AccountingFilter,
  { offset, limit }: { readonly offset: number; readonly limit: number | null },
): Promise<AccountingRecord[]> {
  return db.query<AccountingRecord>(
    `select id, user_id as "userId", "timestamp", num_tasks as "numTasks", num_new_images as "numNewImages"
       from accounting_record where ${ACCOUNTING_CONDITIONS} order by id offset $4 limit $5`,
    [...accountingParameters(filter), offset, limit],
  );
}
