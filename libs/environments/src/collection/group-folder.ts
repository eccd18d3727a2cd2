import type { Host, CallOptions } from '@fractal-server/hosts';
import { DomainError } from '@fractal-server/domain';
import { HostFileError } from '@fractal-server/hosts';
import { ownerMark } from './collection-context.js';

/** What is at the path of a task group. */
export type FolderSight = 'absent' | 'ours' | 'unmarked' | 'foreign';

/** Looks whose the folder of a task group is. `unmarked`: nothing but an empty start,
 * as a worker leaves it that dies between making and marking the folder. */
export async function lookAtGroupFolder(host: Host, path: string, groupId: number, calls: CallOptions): Promise<FolderSight> {
  const found = await host.stat(path, calls);
  if (found === null) return 'absent';
  if (found.kind !== 'folder') return 'foreign';
  try {
    const mark = await host.readFile(ownerMark(path), { ...calls, maxBytes: 64 });
    return mark.toString('utf8').trim() === String(groupId) ? 'ours' : 'foreign';
  } catch (error) {
    if (!(error instanceof HostFileError) || error.errno !== 'ENOENT') throw error;
    return (await host.list(path, calls)).every((name) => name === 'scripts') ? 'unmarked' : 'foreign';
  }
}

/**
 * Makes the folder of a task group and marks it as ours. Repeating it is harmless.
 * @throws DomainError when the folder is somebody else's
 */
export async function makeGroupFolder(host: Host, path: string, groupId: number, calls: CallOptions): Promise<void> {
  if ((await lookAtGroupFolder(host, path, groupId, calls)) === 'foreign') {
    throw new DomainError('refused', 'collection.folder', `${path} already exists and does not belong to this task group.`);
  }
  await host.makeFolder(`${path}/scripts`, { ...calls, parents: true });
  await host.writeFile(ownerMark(path), String(groupId), calls);
}

/** Removes the folder of a task group if it is ours: first out of the way, then away. */
export async function removeGroupFolder(host: Host, path: string, groupId: number, calls: CallOptions): Promise<void> {
  const trash = `${path}.${groupId}.trash`;
  if ((await lookAtGroupFolder(host, path, groupId, calls)) === 'ours') await host.rename(path, trash, calls);
  await host.remove(trash, calls);
}
