import type { SlimTask, Task, TaskGroup, TaskGroupFacts } from '@fractal-server/database';
import {
  boolean,
  dict,
  enumOf,
  integer,
  lenientModel,
  list,
  nullable,
  omittable,
  optional,
  pair,
  required,
  strictModel,
  string,
  type Infer,
} from '@fractal-server/domain';
import { taskRead, taskReadSlim, toTaskRead, toTaskReadSlim } from '../tasks/task.schemas.js';

const taskGroupOrigin = enumOf('TaskGroupOriginEnum', ['pypi', 'wheel-file', 'pixi', 'other']);

const fieldsBehindTasks = {
  user_email: required(string()),
  user_group_id: optional(nullable(integer()), null),
  origin: required(taskGroupOrigin),
  pkg_name: required(string()),
  version: required(string()),
  python_version: optional(nullable(string()), null),
  pixi_version: optional(nullable(string()), null),
  path: optional(nullable(string()), null),
  venv_path: optional(nullable(string()), null),
  archive_path: optional(nullable(string()), null),
  pip_extras: optional(nullable(string()), null),
  pinned_package_versions_pre: optional(dict(string(), string()), () => new Map()),
  pinned_package_versions_post: optional(dict(string(), string()), () => new Map()),
  in_use: required(boolean()),
  active: required(boolean()),
  timestamp_created: required(string()),
  timestamp_last_used: required(string()),
} as const;

/** A task group as clients see it (contract: api-data-model 5). What is installed (`env_info`) stays inside. */
export const taskGroupRead = lenientModel('TaskGroupRead', {
  id: required(integer()),
  task_list: required(list(taskRead)),
  ...fieldsBehindTasks,
});
export type TaskGroupRead = Infer<typeof taskGroupRead>;

/** A task group in lists, its tasks without their large fields. */
export const taskGroupReadSlim = lenientModel('TaskGroupReadSlim', {
  id: required(integer()),
  task_list: required(list(taskReadSlim)),
  ...fieldsBehindTasks,
});
export type TaskGroupReadSlim = Infer<typeof taskGroupReadSlim>;

/** One entry of the list of packages: its name, and its versions. */
export const packageRead = pair(string(), list(taskGroupReadSlim));
export type PackageRead = Infer<typeof packageRead>;

/** Who else may use a task group (contract: api-data-model G3). */
export const taskGroupUpdate = strictModel('TaskGroupUpdate', { user_group_id: omittable(nullable(integer())) });

export function toTaskGroupRead(group: TaskGroup, facts: TaskGroupFacts, tasks: readonly Task[]): TaskGroupRead {
  return { id: group.id, task_list: tasks.map(toTaskRead), ...behindTasks(group, facts) };
}

export function toTaskGroupReadSlim(group: TaskGroup, facts: TaskGroupFacts, tasks: readonly SlimTask[]): TaskGroupReadSlim {
  return { id: group.id, task_list: tasks.map(toTaskReadSlim), ...behindTasks(group, facts) };
}

function behindTasks(group: TaskGroup, { ownerEmail, inUse }: TaskGroupFacts): Omit<TaskGroupRead, 'id' | 'task_list'> {
  return {
    user_email: ownerEmail,
    user_group_id: group.userGroupId,
    origin: group.origin,
    pkg_name: group.pkgName,
    version: group.version,
    python_version: group.pythonVersion,
    pixi_version: group.pixiVersion,
    path: group.path,
    venv_path: group.venvPath,
    archive_path: group.archivePath,
    pip_extras: group.pipExtras,
    pinned_package_versions_pre: group.pinnedPackageVersionsPre,
    pinned_package_versions_post: group.pinnedPackageVersionsPost,
    in_use: inUse,
    active: group.active,
    timestamp_created: group.timestampCreated,
    timestamp_last_used: group.timestampLastUsed,
  };
}
