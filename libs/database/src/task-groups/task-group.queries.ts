import { In, type FindOptionsWhere } from 'typeorm';
import type { Queryable } from '../connection/database.js';
import { TaskEntity } from '../tasks/task.entity.js';
import { SLIM_TASK_COLUMNS, type SlimTask, type Task } from '../tasks/task.queries.js';
import { TaskGroupEntity } from './task-group.entity.js';
import type { Viewer } from './viewer.queries.js';

/** One task group, as stored. */
export type TaskGroup = Omit<TaskGroupEntity, 'tasks'>;

/** Fields of a new task group. What is left out takes the column's default. */
export type NewTaskGroup = Pick<TaskGroup, 'userId' | 'resourceId' | 'origin' | 'pkgName' | 'version' | 'active'> &
  Partial<Omit<TaskGroup, 'id'>>;

/** Which task groups a list shows. */
export interface TaskGroupSelection {
  readonly onlyActive?: boolean;
  readonly onlyOwner?: boolean;
}

/** The task group, or null. */
export async function findTaskGroup(db: Queryable, taskGroupId: number): Promise<TaskGroup | null> {
  return db.manager.findOneBy(TaskGroupEntity, { id: taskGroupId });
}

/**
 * Task groups of the viewer's resource that the viewer owns or (unless `onlyOwner`) shares through a user group, by package name, then by id.
 */
export async function listVisibleTaskGroups(db: Queryable, viewer: Viewer, selection: TaskGroupSelection = {}): Promise<TaskGroup[]> {
  if (viewer.resourceId === null) return [];
  const base: FindOptionsWhere<TaskGroupEntity> = {
    resourceId: viewer.resourceId,
    ...(selection.onlyActive === true ? { active: true } : {}),
  };
  const where: FindOptionsWhere<TaskGroupEntity>[] = [{ ...base, userId: viewer.userId }];
  if (selection.onlyOwner !== true && viewer.userGroupIds.length > 0) {
    where.push({ ...base, userGroupId: In(viewer.userGroupIds) });
  }
  return db.manager.find(TaskGroupEntity, { where, order: { pkgName: 'ASC', id: 'ASC' } });
}

/** The tasks of a task group, by id. */
export async function listTasksOfGroup(db: Queryable, taskGroupId: number): Promise<Task[]> {
  return db.manager.find(TaskEntity, { where: { taskGroupId }, order: { id: 'ASC' } });
}

/** The tasks of several task groups without their large fields, by id. */
export async function listSlimTasksOfGroups(db: Queryable, taskGroupIds: readonly number[]): Promise<SlimTask[]> {
  if (taskGroupIds.length === 0) return [];
  return db.manager.find(TaskEntity, { select: SLIM_TASK_COLUMNS, where: { taskGroupId: In(taskGroupIds) }, order: { id: 'ASC' } });
}

/** What the wire shows of a task group beside its own columns. */
export interface TaskGroupFacts {
  readonly ownerEmail: string;
  /** Whether a workflow task uses one of its tasks. */
  readonly inUse: boolean;
}

/** Owner's e-mail and use in workflows, by task-group id. */
export async function findTaskGroupFacts(db: Queryable, taskGroupIds: readonly number[]): Promise<Map<number, TaskGroupFacts>> {
  const rows = await db.query<TaskGroupFacts & { id: number }>(
    `select g.id, u.email as "ownerEmail",
       exists (select from task t join workflow_task w on w.task_id = t.id where t.task_group_id = g.id) as "inUse"
     from task_group g join user_account u on u.id = g.user_id
     where g.id = any($1)`,
    [taskGroupIds],
  );
  return new Map(rows.map(({ id, ...facts }) => [id, facts]));
}

/** Stores a task group; returns it. Throws a unique violation when the resource has one at the same path. */
export async function insertTaskGroup(db: Queryable, taskGroup: NewTaskGroup): Promise<TaskGroup> {
  const { identifiers } = await db.manager.insert(TaskGroupEntity, taskGroup as object);
  return db.manager.findOneByOrFail(TaskGroupEntity, { id: identifiers[0]?.['id'] as number });
}

/** Shares a task group with a user group, or with nobody. */
export async function shareTaskGroup(db: Queryable, taskGroupId: number, userGroupId: number | null): Promise<void> {
  await db.manager.update(TaskGroupEntity, { id: taskGroupId }, { userGroupId });
}

/** Remembers what is installed in the environment of a task group. */
export async function setEnvironmentInfo(db: Queryable, taskGroupId: number, environmentInfo: string): Promise<void> {
  await db.manager.update(TaskGroupEntity, { id: taskGroupId }, { envInfo: environmentInfo });
}

/** Remembers where the archive lies that a task group is installed from. */
export async function setArchivePath(db: Queryable, taskGroupId: number, archivePath: string): Promise<void> {
  await db.manager.update(TaskGroupEntity, { id: taskGroupId }, { archivePath });
}

/** Removes a task group with its tasks; its activities stay. */
export async function deleteTaskGroup(db: Queryable, taskGroupId: number): Promise<void> {
  await db.manager.delete(TaskGroupEntity, { id: taskGroupId });
}
