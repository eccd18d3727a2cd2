import { posixNormpath } from './posix-normpath.js';

/** What the name of a job's folder is made of. */
export interface JobFolderName {
  readonly projectId: number;
  readonly workflowId: number;
  readonly jobId: number;
  /** The job's start as ISO text (`2026-11-22T10:11:24.838093+00:00`); date and time go into the name as they are written there. */
  readonly startTimestamp: string;
}

/**
 * The last two components of a job's folder, `<YYYY-MM>/proj_v2_…_wf_…_job_…_<YYYYMMDD>_<HHMMSS>` (contract: runner.md 1.3). Ids have at
 * least 7 digits.
 */
export function jobFolderName({ projectId, workflowId, jobId, startTimestamp }: JobFolderName): string {
  const time = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(startTimestamp);
  if (time === null) throw new RangeError(`Not an ISO timestamp: ${startTimestamp}`);
  const [, year, month, day, hours, minutes, seconds] = time;
  const ids = `proj_v2_${sevenDigits(projectId)}_wf_${sevenDigits(workflowId)}_job_${sevenDigits(jobId)}`;
  return `${year}-${month}/${ids}_${year}${month}${day}_${hours}${minutes}${seconds}`;
}

function sevenDigits(id: number): string {
  return String(id).padStart(7, '0');
}

/** Where jobs of a resource put their files. */
export interface JobFolderBases {
  readonly resourceType: 'local' | 'slurm_sudo' | 'slurm_ssh';
  /** `jobs_local_dir` of the resource. */
  readonly jobsLocalDir: string;
  /** `jobs_remote_dir` of the profile; only `slurm_ssh` has it. */
  readonly jobsRemoteDir: string | null;
  /** See `cacheDirOf`. */
  readonly cacheDir: string;
}

/** The two folders of a job: on the server's side and on the user's side; a local job has one (contract: runner.md 1.3). */
export function jobFolders(bases: JobFolderBases, name: JobFolderName): { readonly workingDir: string; readonly workingDirUser: string } {
  const relative = jobFolderName(name);
  const workingDir = `${bases.jobsLocalDir}/${relative}`;
  switch (bases.resourceType) {
    case 'local':
      return { workingDir, workingDirUser: workingDir };
    case 'slurm_sudo':
      return { workingDir, workingDirUser: `${bases.cacheDir}/${relative}` };
    case 'slurm_ssh':
      if (bases.jobsRemoteDir === null) throw new RangeError('A profile of a slurm_ssh resource without jobs_remote_dir');
      return { workingDir, workingDirUser: `${bases.jobsRemoteDir}/${relative}` };
  }
}

/** The user's cache folder, which tasks see as `FRACTAL_CACHE_DIR`: below the first of the user's project folders. */
export function cacheDirOf(firstProjectDir: string): string {
  return posixNormpath(`${firstProjectDir}/fractal/.fractal_cache`);
}

/** Name under which a job's log archive is downloaded (contract: runner.md 9.2). */
export function jobArchiveName(workingDir: string): string {
  return `${workingDir.slice(workingDir.lastIndexOf('/') + 1)}_archive.zip`;
}
