import { DomainError } from '@fractal-server/domain';
import { HostFileError, type CallOptions, type Host } from '@fractal-server/hosts';

/** Holds the id of the task group that a folder belongs to (contract: task-environments.md 6): only a folder with the own id is removed. */
const OWNER_MARK = 'fractal_task_group_id.txt';

/** What is at the path of a task group. */
export type FolderSight = 'absent' | 'ours' | 'foreign';

/** Looks whose the folder of a task group is. */
export async function lookAtGroupFolder(host: Host, path: string, groupId: number, calls: CallOptions): Promise<FolderSight> {
  if ((await host.stat(path, calls)) === null) return 'absent';
  try {
    const mark = await host.readFile(`${path}/${OWNER_MARK}`, { ...calls, maxBytes: 64 });
    return mark.toString('utf8').trim() === String(groupId) ? 'ours' : 'foreign';
  } catch (error) {
    if (error instanceof HostFileError && UNMARKED.has(error.errno)) return 'foreign';
    throw error;
  }
}

/** What reading the mark says when there is none, or something else in its place. */
const UNMARKED = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EFBIG', 'EACCES']);

/**
 * Makes the folder of a task group, with its mark in it from the first moment on: it is filled under another name and renamed. Repeating it
 * is harmless.
 * @throws DomainError when the folder is somebody else's
 */
export async function makeGroupFolder(host: Host, path: string, groupId: number, calls: CallOptions): Promise<void> {
  const sight = await lookAtGroupFolder(host, path, groupId, calls);
  if (sight === 'ours') return;
  if (sight === 'foreign') throw folderTaken(path);
  const part = partOf(path, groupId);
  await host.makeFolder(`${part}/scripts`, { ...calls, parents: true });
  await host.writeFile(`${part}/${OWNER_MARK}`, String(groupId), calls);
  try {
    await host.rename(part, path, calls);
  } catch (error) {
    if ((await lookAtGroupFolder(host, path, groupId, calls)) === 'foreign') throw folderTaken(path);
    throw error;
  }
}

/** Removes the folder of a task group if it is ours: first out of the way, then away. */
export async function removeGroupFolder(host: Host, path: string, groupId: number, calls: CallOptions): Promise<void> {
  const trash = `${path}.${groupId}.trash`;
  if ((await lookAtGroupFolder(host, path, groupId, calls)) === 'ours') await host.rename(path, trash, calls);
  await host.remove(trash, calls);
  await host.remove(partOf(path, groupId), calls);
}

function partOf(path: string, groupId: number): string {
  return `${path}.${groupId}.part`;
}

function folderTaken(path: string): DomainError {
  return new DomainError('refused', 'collection.folder', `${path} already exists and does not belong to this task group.`);
}
