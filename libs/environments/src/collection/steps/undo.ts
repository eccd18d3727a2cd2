import type { ActivityLogLine, NextLook } from '@fractal-server/database';
import { collectionFailPoints } from '../../fail-points.js';
import { attemptsFolder, type CollectionLook } from '../collection-context.js';
import { removeGroupFolder } from '../group-folder.js';
import { endAsFailed, logLine } from '../move-on.js';
import { isPassingTrouble, isSiteClosed, messageOf } from '../trouble.js';

/** Until an installer that runs at another place has heard that it is to stop. */
export const ASK_AGAIN_SECONDS = 5;

/** Takes back what a failed collection has made, once nothing of it runs any more. */
export async function undo(look: CollectionLook): Promise<NextLook> {
  const { context, site, collection, lease } = look;
  const { activity, group, spec } = collection;
  if (!(await context.runner.endAll(site, activity.id, { python: spec.basePython }, lease))) return { afterSeconds: ASK_AGAIN_SECONDS };
  const log: ActivityLogLine[] = [];
  try {
    await collectionFailPoints.around('undo', async () => {
      const calls = await lease.beforeEffect();
      await removeGroupFolder(site.host, group.path, group.id, calls);
      await site.host.remove(attemptsFolder(site, spec, activity), calls);
    });
    log.push(logLine('INFO', `Removed ${group.path}`));
  } catch (error) {
    if (isPassingTrouble(error, lease) || isSiteClosed(error)) throw error;
    log.push(logLine('ERROR', `Could not remove ${group.path}: ${messageOf(error)}`));
  }
  return endAsFailed(look, log);
}
