import { TOKEN_FILE } from '@fractal-server/engine';
import { access } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { openRegularFile, type OpenFile } from './open-regular-file.js';
import { streamFolderAsZip } from './stream-folder-as-zip.js';
import { withinDeadline } from './within-deadline.js';

/** A job's folder as an archive. */
export interface JobArchive {
  readonly stream: Readable;
  /** Undefined while it is not known: the archive is being made. */
  readonly bytes: number | undefined;
}

/** Path of the archive that a job's folder becomes when the job is over. */
export function archivePathOf(workingDir: string): string {
  return `${workingDir}.zip`;
}

/**
 * The archive of a job that is over, or one made of its folder (contract: api-execution 5.6). The archive appears before the folder goes,
 * so who finds neither looks for the archive once more. @throws FileDeadlineError, the system's error
 */
export async function openJobArchive(workingDir: string): Promise<JobArchive> {
  const archive = await withinDeadline('opening the archive', findArchive(workingDir), async (late) => late?.handle.close());
  if (archive === null) return { stream: streamFolderAsZip(workingDir, (path) => path === TOKEN_FILE), bytes: undefined };
  return { stream: archive.handle.createReadStream(), bytes: archive.bytes };
}

async function findArchive(workingDir: string): Promise<OpenFile | null> {
  const archive = await openRegularFile(archivePathOf(workingDir));
  if (archive !== null || (await isThere(workingDir))) return archive;
  return openRegularFile(archivePathOf(workingDir));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
