import type { NextLook } from '@fractal-server/database';
import { runChecked } from '@fractal-server/hosts';
import { collectionFailPoints } from '../../fail-points.js';
import { attemptsFolder, type CollectionLook } from '../collection-context.js';
import { makeGroupFolder } from '../group-folder.js';
import { logLine, moveOn } from '../move-on.js';
import { FIND_INSTALLER, STORE_ARCHIVE } from '../step-names.js';

/** Makes the folder of the task group, and one for the attempts. */
export async function makeFolder(look: CollectionLook): Promise<NextLook> {
  const { context, collection, lease } = look;
  const { activity, group, spec } = collection;
  await collectionFailPoints.around('make_folder', async () => {
    const calls = await lease.beforeEffect();
    await makeGroupFolder(context.host, group.path, group.id, calls);
    const attempts = attemptsFolder(spec, activity.id);
    await context.host.makeFolder(attempts, { ...calls, parents: true });
    // Attempts carry the installer's environment, which may hold the credentials of a package index.
    await runChecked(context.host, ['chmod', '700', attempts], calls);
  });
  const step = spec.upload === null ? FIND_INSTALLER : STORE_ARCHIVE;
  return moveOn(look, { step, log: [logLine('DEBUG', `Made the folder ${group.path}`)] });
}
