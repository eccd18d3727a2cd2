import { insertSlurmAccounting, noteSlurmJob, type BatchAttempt, type EngineBatch, type Transaction } from '@fractal-server/database';

/** Writes down which SLURM job is the attempt's, together with its accounting record: there is never one without the other. */
export async function recordSlurmJob(
  transaction: Transaction,
  { userId, jobId, resourceId }: EngineBatch,
  attempt: BatchAttempt,
  slurmJobId: string,
): Promise<void> {
  await noteSlurmJob(transaction, attempt.id, slurmJobId);
  await insertSlurmAccounting(transaction, { userId, jobId, resourceId, slurmJobIds: [Number(slurmJobId)] });
}
