import { In, type FindOptionsWhere } from 'typeorm';
import { hasChanges } from '../connection/changes.js';
import type { Queryable, Transaction } from '../connection/database.js';
import type { TaskGroupEntity } from '../task-groups/task-group.entity.js';
import type { Viewer } from '../task-groups/viewer.queries.js';
import { TaskEntity } from './task.entity.js';

/** One task, as stored. */
export type Task = Omit<TaskEntity, 'taskGroup'>;

/** A task together with its task group, which decides who may use it. */
export type TaskWithGroup = Task & { readonly taskGroup: Omit<TaskGroupEntity, 'tasks'> };

/** What lists show of a task: all but commands, meta and schemas, which may be large. */
export type SlimTask = Pick<
  Task,
  | 'id'
  | 'name'
  | 'version'
  | 'isCore'
  | 'category'
  | 'modality'
  | 'authors'
  | 'tags'
  | 'inputTypes'
  | 'docsInfo'
  | 'docsLink'
  | 'taskGroupId'
>;

/** Columns of `SlimTask`. */
export const SLIM_TASK_COLUMNS = {
  id: true,
  name: true,
  version: true,
  isCore: true,
  category: true,
  modality: true,
  authors: true,
  tags: true,
  inputTypes: true,
  docsInfo: true,
  docsLink: true,
  taskGroupId: true,
} as const;

/** Fields of a new task. What is left out takes the column's default. */
export type NewTask = Pick<Task, 'name' | 'type' | 'version'> & Partial<Omit<Task, 'id' | 'taskGroupId'>>;

/** Fields of a task that may change after its creation. */
export type TaskChanges = Partial<
  Pick<
    Task,
    'commandParallel' | 'commandNonParallel' | 'inputTypes' | 'outputTypes' | 'category' | 'modality' | 'authors' | 'tags' | 'isCore'
  >
>;

/** The task with its task group, or null. */
export async function findTask(db: Queryable, taskId: number): Promise<TaskWithGroup | null> {
  const task = await db.manager.findOne(TaskEntity, { where: { id: taskId }, relations: { taskGroup: true } });
  return task as TaskWithGroup | null;
}

/** The tasks that exist among `taskIds`, by id, in one statement however many there are. */
export async function findTasks(db: Queryable, taskIds: Iterable<number>): Promise<Map<number, TaskWithGroup>> {
  const ids = [...new Set(taskIds)];
  if (ids.length === 0) return new Map();
  const tasks = await db.manager.find(TaskEntity, { where: { id: In(ids) }, relations: { taskGroup: true } });
  return new Map(tasks.map((task) => [task.id, task as TaskWithGroup]));
}

/**
 * The same, and no task of them can be deleted before the transaction ends: what is checked of them still holds when a workflow task is
 * stored that refers to one.
 */
export async function findAndKeepTasks(transaction: Transaction, taskIds: Iterable<number>): Promise<Map<number, TaskWithGroup>> {
  const ids = [...new Set(taskIds)];
  await transaction.query('select from task where id = any($1::integer[]) order by id for key share', [ids]);
  return findTasks(transaction, ids);
}

/**
 * Tasks of the viewer's resource whose task group the viewer owns or shares through a user group, by id; inactive ones included
 * (contract: api-data-model 3.3).
 */
export async function listVisibleTasks(db: Queryable, viewer: Viewer): Promise<SlimTask[]> {
  if (viewer.resourceId === null) return [];
  const where: FindOptionsWhere<TaskEntity>[] = [{ taskGroup: { resourceId: viewer.resourceId, userId: viewer.userId } }];
  if (viewer.userGroupIds.length > 0) {
    where.push({ taskGroup: { resourceId: viewer.resourceId, userGroupId: In(viewer.userGroupIds) } });
  }
  return db.manager.find(TaskEntity, { select: SLIM_TASK_COLUMNS, where, order: { id: 'ASC' } });
}

/** Stores tasks of one task group in one statement; returns them in the order given. A name twice in a group violates `task_name_in_group_key`. */
export async function insertTasks(db: Queryable, taskGroupId: number, tasks: readonly NewTask[]): Promise<Task[]> {
  if (tasks.length === 0) return [];
  const rows = tasks.map((task) => ({ ...task, taskGroupId }));
  const { identifiers } = await db.manager.insert(TaskEntity, rows as object[]);
  const ids = identifiers.map((identifier) => identifier['id'] as number);
  const stored = new Map((await db.manager.findBy(TaskEntity, { id: In(ids) })).map((task) => [task.id, task]));
  return ids.map((id) => stored.get(id) as Task);
}

/** Changes the given fields of a task; returns the task afterwards, or null when it is not there any more. */
export async function updateTask(db: Queryable, taskId: number, changes: TaskChanges): Promise<Task | null> {
  if (hasChanges(changes)) await db.manager.update(TaskEntity, { id: taskId }, changes as object);
  return db.manager.findOneBy(TaskEntity, { id: taskId });
}
