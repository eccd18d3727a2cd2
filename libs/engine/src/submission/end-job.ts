import {
  markCancelRequested,
  markFailedByAdmin,
  overruleLease,
  ringWork,
  workOfJob,
  type AddressedWork,
  type EndRefusal,
  type Transaction,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/**
 * Asks for the end of a job: units get SIGTERM, after a grace time SIGKILL; finished units keep their results; the job ends as `failed`.
 * Works before anything has started, and may be repeated. The wire status stays `submitted` until everything has ended.
 * @returns what to ring once the transaction is committed
 * @throws DomainError `job.not_found`, `job.not_submitted`
 */
export async function requestCancel(transaction: Transaction, jobId: number): Promise<readonly AddressedWork[]> {
  const work = await markCancelRequested(transaction, jobId);
  if (typeof work === 'string') throw refusal(work, jobId);
  const rung: (AddressedWork | null)[] = [];
  for (const key of work) rung.push(await ringWork(transaction, key));
  return rung.filter((line) => line !== null);
}

/**
 * Marks a job as failed by an administrator's word. Clients see the end at once; the units are ended after it. A step that is under way
 * for the job writes nothing any more.
 * @param now ISO text, for the remark in the job's log
 * @returns what to ring once the transaction is committed
 * @throws DomainError `job.not_found`, `job.not_submitted`
 */
export async function failJobByAdmin(transaction: Transaction, jobId: number, now: string): Promise<readonly AddressedWork[]> {
  // The job's line first: whoever plans a batch holds it until that is committed, so that the list of batches is complete afterwards.
  const job = { kind: 'job', id: jobId } as const;
  const overruled = [await overruleLease(transaction, job)];
  for (const key of await workOfJob(transaction, jobId)) {
    if (key.kind !== job.kind) overruled.push(await overruleLease(transaction, key));
  }
  const ended = await markFailedByAdmin(transaction, jobId, `This job was manually marked as 'failed' by an admin (${now}).`);
  if (ended !== 'failed') throw refusal(ended, jobId);
  return overruled.filter((line) => line !== null);
}

function refusal(reason: EndRefusal, jobId: number): DomainError {
  return reason === 'not found'
    ? new DomainError('notFound', 'job.not_found', `Job ${jobId} not found.`)
    : new DomainError('refused', 'job.not_submitted', `Job ${jobId} is not submitted any more.`);
}
