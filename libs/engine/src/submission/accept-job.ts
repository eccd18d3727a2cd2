import {
  enqueueWork,
  insertJob,
  reserveJob,
  sqlState,
  touchTaskGroups,
  type AddressedWork,
  type NewJob,
  type Transaction,
} from '@fractal-server/database';
import { cacheDirOf, DomainError, jobFolders, type JobFolderBases } from '@fractal-server/domain';

/** A submission that has passed every check but the race for the dataset. */
export interface JobSubmission extends Omit<NewJob, 'id' | 'startTimestamp' | 'workingDir' | 'workingDirUser' | 'cacheDir'> {
  readonly resourceType: JobFolderBases['resourceType'];
  readonly jobsLocalDir: string;
  /** Only profiles of `slurm_ssh` have it. */
  readonly jobsRemoteDir: string | null;
  /** The first of the user's project folders. */
  readonly firstProjectDir: string;
}

/** An accepted job. */
export interface AcceptedJob {
  readonly id: number;
  /** What to ring once the transaction is committed. */
  readonly work: AddressedWork;
}

/**
 * Accepts a job: its row and its line of work in the caller's transaction (contract: runner.md 1.2). From the commit on it reaches exactly
 * one end, whatever dies.
 * @throws DomainError `job.dataset_in_use` when another job on the dataset is not over
 */
export async function acceptJob(transaction: Transaction, submission: JobSubmission): Promise<AcceptedJob> {
  const { id, startTimestamp } = await reserveJob(transaction);
  const cacheDir = cacheDirOf(submission.firstProjectDir);
  const { projectId, workflowId, datasetId } = submission;
  const folders = jobFolders({ ...submission, cacheDir }, { projectId, workflowId, jobId: id, startTimestamp });
  const job: NewJob = { ...submission, ...folders, cacheDir, id, startTimestamp };
  try {
    await insertJob(transaction, job);
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) throw datasetInUse(datasetId, error);
    throw error;
  }
  await touchTaskGroups(transaction, job);
  const work: AddressedWork = { kind: 'job', id, backendType: submission.resourceType, resourceId: submission.resourceId, place: null };
  await enqueueWork(transaction, work);
  return { id, work };
}

const UNIQUE_VIOLATION = '23505';

/** The same refusal for the check before and for the race that the check cannot win (contract: runner.md 16.18). */
export function datasetInUse(datasetId: number, cause?: unknown): DomainError {
  return new DomainError('refused', 'job.dataset_in_use', `Dataset ${datasetId} is already in use in submitted job(s).`, { cause });
}
