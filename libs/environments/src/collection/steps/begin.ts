import type { NextLook } from '@fractal-server/database';
import type { CollectionLook } from '../collection-context.js';
import { describeTaskGroup } from '../describe-task-group.js';
import { lookAtGroupFolder } from '../group-folder.js';
import { endAsFailed, logLine, moveOn } from '../move-on.js';
import { MAKE_FOLDER } from '../step-names.js';

/** Refuses a folder that is there already: nothing of it is touched (contract: task-environments.md 10.1). */
export async function begin(look: CollectionLook): Promise<NextLook> {
  const { group } = look.collection;
  const sight = await lookAtGroupFolder(look.site.host, group.path, group.id, await look.lease.beforeEffect());
  if (sight !== 'absent') return endAsFailed(look, [logLine('WARNING', `${group.path} already exists.`)]);
  const log = [logLine('INFO', `START collection of ${group.pkgName} ${group.version}`), ...describeTaskGroup(group)];
  return moveOn(look, { step: MAKE_FOLDER, status: 'ongoing', log });
}
