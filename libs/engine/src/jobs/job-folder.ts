import type { EngineJob } from '@fractal-server/database';
import { HostFileError, type CallOptions, type Commands, type Files } from '@fractal-server/hosts';
import { join } from 'node:path';

/** Names the job that made a folder: with it, "exists already" is an error only for another job (production lesson 28). */
export const TOKEN_FILE = '.fractal-job';

/** The job's folder is there and is another job's: ids repeat after a database was restored. */
export class ForeignFolderError extends Error {
  constructor(readonly folder: string) {
    super(`the folder exists and was not made by this job`);
    this.name = 'ForeignFolderError';
  }
}

/** Where attempts of a job live: beside its folder, out of the reach of tasks that remove theirs, and out of the archive. */
export function attemptsFolder(workingDir: string): string {
  return `${workingDir}.attempts`;
}

/** On a cluster users have folders of their own; what the server keeps of one user's job is no other user's business. */
const PRIVATE = 0o700;

/** Makes the job's folder, or finds that it made it before. @throws ForeignFolderError, HostFileError */
export async function claimJobFolder(
  host: Commands & Files,
  { workingDir, token, resource }: EngineJob,
  calls: CallOptions,
): Promise<void> {
  const tokenPath = join(workingDir, TOKEN_FILE);
  if (await isFolderOfJob(host, { workingDir, token }, calls)) return;
  await host.makeFolder(join(workingDir, '..'), { ...calls, parents: true });
  try {
    await host.makeFolder(workingDir, resource.get('type') === 'local' ? calls : { ...calls, mode: PRIVATE });
  } catch (error) {
    const isThere = error instanceof HostFileError && error.errno === 'EEXIST';
    // A worker that died between the two calls left an empty folder behind.
    if (!isThere) throw error;
    if ((await host.list(workingDir, calls)).some((name) => !name.startsWith(TOKEN_FILE))) throw new ForeignFolderError(workingDir);
    if ((await host.stat(tokenPath, calls)) !== null) throw new ForeignFolderError(workingDir);
  }
  await host.writeFile(tokenPath, token, calls);
}

/** Whether the job's folder exists and carries the job's token. */
export async function isFolderOfJob(
  host: Commands,
  { workingDir, token }: Pick<EngineJob, 'workingDir' | 'token'>,
  calls: CallOptions,
): Promise<boolean> {
  try {
    return (await host.readFile(join(workingDir, TOKEN_FILE), calls)).toString('utf8').trim() === token;
  } catch (error) {
    if (error instanceof HostFileError && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR')) return false;
    throw error;
  }
}
