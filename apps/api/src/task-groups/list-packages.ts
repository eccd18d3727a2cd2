import {
  findTaskGroupFacts,
  listSlimTasksOfGroups,
  listVisibleTaskGroups,
  type Queryable,
  type SlimTask,
  type TaskGroup,
  type TaskGroupFacts,
  type TaskGroupSelection,
  type Viewer,
} from '@fractal-server/database';
import { groupBy } from '@fractal-server/domain';
import { groupByPackage } from './group-by-package.js';
import { findDefaultGroup } from './user-group-choice.js';

/** A task group of the list of packages. */
export interface ListedTaskGroup {
  readonly group: TaskGroup;
  readonly facts: TaskGroupFacts;
  readonly tasks: readonly SlimTask[];
}

/** The packages that a viewer sees, each with its versions, the newest first (contract: api-data-model G1). Four statements. */
export async function listPackages(
  db: Queryable,
  viewer: Viewer,
  selection: TaskGroupSelection,
  defaultGroupName: string | null,
): Promise<{ pkgName: string; taskGroups: ListedTaskGroup[] }[]> {
  const defaultGroupId = await findDefaultGroup(db, defaultGroupName);
  const packages = groupByPackage(await listVisibleTaskGroups(db, viewer, selection), viewer, defaultGroupId);
  const ids = packages.flatMap(({ taskGroups }) => taskGroups.map((group) => group.id));
  const facts = await findTaskGroupFacts(db, ids);
  const tasks = groupBy(await listSlimTasksOfGroups(db, ids), (task) => task.taskGroupId);
  const complete = (group: TaskGroup): ListedTaskGroup[] => {
    const known = facts.get(group.id);
    return known === undefined ? [] : [{ group, facts: known, tasks: tasks.get(group.id) ?? [] }];
  };
  return packages.map(({ pkgName, taskGroups }) => ({ pkgName, taskGroups: taskGroups.flatMap(complete) }));
}
