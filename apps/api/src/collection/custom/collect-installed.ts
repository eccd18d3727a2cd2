import { insertTaskGroup, insertTasks, type Database, type Task } from '@fractal-server/database';
import { DomainError, tasksOfManifest } from '@fractal-server/domain';
import type { Host } from '@fractal-server/hosts';
import { requireNewPackageVersion } from '../../task-groups/uniqueness.js';
import { chooseUserGroup } from '../../task-groups/user-group-choice.js';
import type { Collector } from '../collector.js';
import { requireInterpreter, requirePackageRoot } from './check-installation.js';
import type { CollectCustom } from './collect-custom.schemas.js';
import { locatePackage } from './locate-package.js';

/**
 * Registers tasks that somebody has installed by other means (contract: api-execution 8.3): nothing is built, so there is no activity.
 * @throws DomainError for the first check that fails, in the contract's order
 */
export async function collectInstalled(database: Database, host: Host, collector: Collector, wanted: CollectCustom): Promise<Task[]> {
  const { viewer, resource, visibility, defaultGroupName } = collector;
  await chooseUserGroup(database, viewer, visibility, defaultGroupName);
  const packageRoot = await findPackageRoot(host, resource.type, wanted);
  const tasks = tasksOfManifest(wanted.manifest, { python: wanted.python_interpreter, packageRoot, version: wanted.version });
  const named = { pkgName: wanted.label, version: wanted.version };
  return database.transaction(async (transaction) => {
    // Once more: what vanished while the interpreter ran is told as what it is.
    const userGroupId = await chooseUserGroup(transaction, viewer, visibility, defaultGroupName);
    await requireNewPackageVersion(transaction, { ...viewer, resourceId: resource.id }, named, userGroupId);
    const { userId } = viewer;
    const group = await insertTaskGroup(transaction, {
      ...named,
      userId,
      userGroupId,
      resourceId: resource.id,
      origin: 'other',
      active: true,
    });
    return insertTasks(transaction, group.id, tasks);
  });
}

/** Nothing can be looked at over SSH from here: the root is taken as it is given. */
async function findPackageRoot(host: Host, resourceType: string, wanted: CollectCustom): Promise<string> {
  const { package_root: root, package_name: name, python_interpreter: interpreter } = wanted;
  if (resourceType === 'slurm_ssh') {
    if (root !== null) return root;
    throw new DomainError('refused', 'collection.root_needed', "With a resource of type 'slurm_ssh', 'package_root' must be given.");
  }
  await requireInterpreter(host, interpreter);
  if (root === null) return locatePackage(host, interpreter, name ?? '');
  await requirePackageRoot(host, root);
  return root;
}
