import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Never waits (a pipe that nobody writes to) and never follows a link that a task left in place of a file. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** What opening says of a path that holds no file of ours: nothing is there, or a link, or a socket. */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

/** An open file with its size. The caller closes it. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly bytes: number;
}

/** Opens a file in a job's folder for reading. @returns null when no regular file is there */
export async function openRegularFile(path: string): Promise<OpenFile | null> {
  const handle = await openOrNull(path);
  if (handle === null) return null;
  try {
    const stats = await handle.stat();
    if (stats.isFile()) return { handle, bytes: stats.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, FLAGS);
  } catch (error) {
    if (NO_FILE.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
