import type { Queryable, Transaction } from '../connection/database.js';
import { ACCOUNTING_CONDITIONS, accountingParameters, type AccountingFilter } from './accounting-filter.js';

/** SLURM jobs that were submitted for a user. */
export interface SlurmAccountingRecord {
  readonly userId: number;
  readonly jobId: number;
  readonly resourceId: number;
  readonly slurmJobIds: readonly number[];
}

/** Which SLURM jobs are meant. */
export interface SlurmAccountingFilter extends AccountingFilter {
  readonly jobId: number | null;
  readonly resourceId: number | null;
}

/**
 * Records SLURM's ids. Called in the transaction that stores the ids themselves: whoever has an id has its record, also when the process
 * dies or a later submission of the same wave fails (contract: slurm.md 10).
 */
export async function insertSlurmAccounting(transaction: Transaction, record: SlurmAccountingRecord): Promise<void> {
  if (record.slurmJobIds.length === 0) return;
  await transaction.execute(
    'insert into accounting_record_slurm (user_id, job_id, resource_id, slurm_job_ids) values ($1, $2, $3, $4::bigint[])',
    [record.userId, record.jobId, record.resourceId, record.slurmJobIds],
  );
}

/** SLURM's ids of all records that pass the filter, in the order in which they were recorded. */
export async function listAccountedSlurmJobs(db: Queryable, filter: SlurmAccountingFilter): Promise<number[]> {
  const rows = await db.query<{ slurmJobId: number }>(
    `select ids.id as "slurmJobId" from accounting_record_slurm r, unnest(r.slurm_job_ids) with ordinality as ids (id, position)
      where ${ACCOUNTING_CONDITIONS} and ($4::integer is null or job_id = $4) and ($5::integer is null or resource_id = $5)
      order by r.id, ids.position`,
    [...accountingParameters(filter), filter.jobId, filter.resourceId],
  );
  return rows.map(({ slurmJobId }) => slurmJobId);
}
