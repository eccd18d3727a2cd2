import {
  addJobLog,
  decideJob,
  findJobTask,
  insertJobTasks,
  moveJob,
  snapshotImageStatuses,
  type EngineJob,
  type Lease,
  type NewLogLine,
  type NextLook,
} from '@fractal-server/database';
import { DomainError, failedJobLog, isConverter } from '@fractal-server/domain';
import { HostFileError } from '@fractal-server/hosts';
import type { EngineContext } from '../engine-context.js';
import { engineFailPoints } from '../fail-points.js';
import { loggerOf } from '../logs/job-logger.js';
import { usesStatuses } from '../runs/job-images.js';
import { readTaskSnapshot } from '../runs/task-snapshot.js';
import { claimJobFolder, ForeignFolderError } from './job-folder.js';

/** Stores what the job runs on, in one transaction: its tasks and, where it selects by status, the status of every image. */
export async function prepareJob(lease: Lease, job: EngineJob): Promise<NextLook> {
  engineFailPoints.before('prepare');
  await lease.transaction(async (tx) => {
    await insertJobTasks(tx, job.id);
    const first = await findJobTask(tx, job.id, 0);
    if (usesStatuses(job) && first !== null && !isConverter(readTaskSnapshot(first).type)) await snapshotImageStatuses(tx, job.id);
    await moveJob(tx, job.id, 'queued', 'preparing');
  });
  engineFailPoints.after('prepare');
  return 'now';
}

/** Makes the job's folder, marked with the job's token so that a repeated step knows it again (contract: runner.md 2.4). */
export async function makeJobFolder(context: EngineContext, lease: Lease, job: EngineJob): Promise<NextLook> {
  const calls = await lease.beforeEffect();
  try {
    await engineFailPoints.around('folder', () => claimJobFolder(context.host, job, calls));
  } catch (error) {
    const failure = folderFailure(job, error);
    if (failure === null) throw error;
    await lease.transaction((tx) => decideJob(tx, job.id, 'preparing', { outcome: 'failed', log: failedJobLog(job.id, failure) }));
    return 'now';
  }
  await lease.transaction(async (tx) => {
    await addJobLog(tx, job.id, loggerOf(job), openingLines(job));
    await moveJob(tx, job.id, 'preparing', 'running');
  });
  return 'now';
}

/** What an administrator or the user can only mend for the next job. A full disk, for example, is waited for. */
const LASTING = new Set(['EEXIST', 'EACCES', 'EPERM', 'ENOTDIR', 'EROFS', 'ENAMETOOLONG', 'ELOOP', 'EINVAL']);

function folderFailure(job: EngineJob, error: unknown): Error | null {
  const isLasting = error instanceof ForeignFolderError || (error instanceof HostFileError && LASTING.has(error.errno));
  if (!isLasting) return null;
  const name = error instanceof ForeignFolderError ? 'FileExistsError' : error.errno;
  return new DomainError('refused', 'job.folder', `${name}: cannot make the folder ${job.workingDir} of job ${job.id}: ${error.message}`);
}

/** The first lines of a job's log; clients look for `START workflow` (contract: runner.md 2.7). */
function openingLines(job: EngineJob): NewLogLine[] {
  const workflowName = String(job.workflow.get('name'));
  const facts = [
    `Start execution of workflow "${workflowName}"; more logs at ${job.workingDir}/workflow.log`,
    `resource: ${String(job.resource.get('name'))}`,
    `profile: ${String(job.profile.get('name'))}`,
    `profile user name: ${String(job.profile.get('username') ?? 'None')}`,
    ...(job.resource.get('type') === 'local'
      ? []
      : [`slurm_account: ${job.slurmAccount ?? 'None'}`, `worker_init: ${job.workerInit ?? 'None'}`]),
    `job.id: ${job.id}`,
    `job.working_dir: ${job.workingDir}`,
    `job.working_dir_user: ${job.workingDirUser}`,
    `job.first_task_index: ${job.firstTaskIndex}`,
    `job.last_task_index: ${job.lastTaskIndex}`,
    `START workflow "${workflowName}"`,
  ];
  return facts.map((message) => ({ level: 'DEBUG', message }));
}
