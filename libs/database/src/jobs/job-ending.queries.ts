import type { ResourceType } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';
import type { WorkKey } from '../work/work-line.js';

/** Why a job cannot be ended the way it was asked for. */
export type EndRefusal = 'not found' | 'not submitted';

/** Writes the wish to cancel. @returns what has to be looked at, or why not. Asking twice is fine. */
export async function markCancelRequested(transaction: Transaction, jobId: number): Promise<readonly WorkKey[] | EndRefusal> {
  const [job] = await transaction.query<{ status: string }>('select status from job where id = $1 for update', [jobId]);
  if (job === undefined) return 'not found';
  if (job.status !== 'submitted') return 'not submitted';
  await transaction.execute('update job set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()) where id = $1', [jobId]);
  return workOfJob(transaction, jobId);
}

/**
 * An administrator's word: wire status, end, log, latest run and its units turn in this transaction. The engine's state becomes `stopping`
 * until every attempt has ended (contract: runner.md 13).
 */
export async function markFailedByAdmin(transaction: Transaction, jobId: number, remark: string): Promise<EndRefusal | 'failed'> {
  const [job] = await transaction.query<{ status: string }>('select status from job where id = $1 for update', [jobId]);
  if (job === undefined) return 'not found';
  if (job.status !== 'submitted') return 'not submitted';
  await transaction.execute(
    `update job set status = 'failed', end_timestamp = clock_timestamp(), log = coalesce(log, '') || $2, outcome = 'failed',
            outcome_log = coalesce(outcome_log, $2), cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
            state = case when state = 'finalizing' then state else 'stopping' end
      where id = $1`,
    [jobId, `\n${remark}`],
  );
  const [run] = await transaction.query<{ id: number }>(
    `update run set status = 'failed', state = 'failed'
      where id = (select id from run where job_id = $1 order by position desc limit 1) returning id`,
    [jobId],
  );
  if (run !== undefined) await transaction.execute(`update unit set status = 'failed' where run_id = $1 and status <> 'failed'`, [run.id]);
  return 'failed';
}

/** The lines of work of a job and of its batches. */
export async function workOfJob(db: Queryable, jobId: number): Promise<WorkKey[]> {
  return db.query<WorkKey>(
    `select kind, id from work
      where (kind = 'job' and id = $1) or (kind = 'batch' and id in (select id from batch where job_id = $1 and state <> 'settled'))
      order by kind desc, id`,
    [jobId],
  );
}

/** What kind of resource the job runs on; a resource keeps its jobs and its type for good. */
export async function findJobResourceType(db: Queryable, jobId: number): Promise<ResourceType> {
  const [row] = await db.query<{ type: ResourceType }>('select r.type from job j join resource r on r.id = j.resource_id where j.id = $1', [
    jobId,
  ]);
  if (row === undefined) throw new Error(`no job ${jobId}`);
  return row.type;
}
