import { findTaskGroup, type NextLook } from '@fractal-server/database';
import { runChecked } from '@fractal-server/hosts';
import { collectionFailPoints } from '../../fail-points.js';
import { attemptsFolder, type CollectionLook } from '../collection-context.js';
import { makeGroupFolder, removeGroupFolder } from '../group-folder.js';
import { logLine, moveOn } from '../move-on.js';
import { FIND_INSTALLER, STORE_ARCHIVE } from '../step-names.js';

/** Milliseconds that taking back a late folder may take. */
const TAKE_BACK_DEADLINE_MS = 30_000;

/** Makes the folder of the task group, and one for the attempts. */
export async function makeFolder(look: CollectionLook): Promise<NextLook> {
  const { collection, lease } = look;
  try {
    await collectionFailPoints.around('make_folder', () => makeFolders(look));
    const step = collection.spec.upload === null ? FIND_INSTALLER : STORE_ARCHIVE;
    return await moveOn(look, { step, log: [logLine('DEBUG', `Made the folder ${collection.group.path}`)] });
  } catch (error) {
    if (lease.signal.aborted) await takeBackLateFolder(look);
    throw error;
  }
}

async function makeFolders({ site, collection, lease }: CollectionLook): Promise<void> {
  const { activity, group, spec } = collection;
  const calls = await lease.beforeEffect();
  await makeGroupFolder(site.host, group.path, group.id, calls);
  const attempts = attemptsFolder(site, spec, activity);
  await site.host.makeFolder(attempts, { ...calls, parents: true });
  // Attempts carry the installer's environment, which may hold the credentials of a package index.
  await runChecked(site.host, ['chmod', '700', attempts], calls);
}

/**
 * A worker that slept past its lease may make the folder after others have given the collection up and removed it: it would be in the way
 * of the next collection of the same version for ever.
 */
async function takeBackLateFolder({ context, site, collection: { activity, group, spec } }: CollectionLook): Promise<void> {
  if ((await findTaskGroup(context.database, group.id)) !== null) return;
  const calls = { deadlineMs: TAKE_BACK_DEADLINE_MS };
  await removeGroupFolder(site.host, group.path, group.id, calls);
  await site.host.remove(attemptsFolder(site, spec, activity), calls);
}
