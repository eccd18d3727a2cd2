import { dropUploadsOfActivity, readUpload, setArchivePath, type NextLook } from '@fractal-server/database';
import type { CallOptions, Host } from '@fractal-server/hosts';
import { collectionFailPoints } from '../../fail-points.js';
import type { CollectionLook } from '../collection-context.js';
import { logLine, moveOn } from '../move-on.js';
import { FIND_INSTALLER } from '../step-names.js';

/** Milliseconds that writing a large wheel may take; the lease is renewed meanwhile, and its loss ends the writing. */
const WRITE_DEADLINE_MS = 15 * 60_000;

/** Puts the wheel that was sent with the request into the group's folder, under the name that it was sent with. */
export async function storeArchive(look: CollectionLook): Promise<NextLook> {
  const { context, site, collection, lease } = look;
  const { activity, group, spec } = collection;
  if (spec.upload === null) throw new Error(`activity ${activity.id} has no file to store`);
  const { id, fileName } = spec.upload;
  const path = `${group.path}/${fileName}`;
  await collectionFailPoints.around('store_archive', async () => {
    const calls = await lease.beforeEffect();
    await removeParts(site.host, group.path, fileName, calls);
    await site.host.writeFile(path, readUpload(context.database, id), { ...calls, deadlineMs: WRITE_DEADLINE_MS });
  });
  return moveOn(look, { step: FIND_INSTALLER, log: [logLine('DEBUG', `Stored ${path}`)] }, async (transaction) => {
    await setArchivePath(transaction, group.id, path);
    await dropUploadsOfActivity(transaction, activity.id);
  });
}

/** A worker that was killed while it wrote has left an unfinished file, perhaps a large one. */
async function removeParts(host: Host, folder: string, fileName: string, calls: CallOptions): Promise<void> {
  for (const name of await host.list(folder, calls)) {
    if (name.startsWith(`${fileName}.`) && name.endsWith('.part')) await host.remove(`${folder}/${name}`, calls);
  }
}
