import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, findTask, listVisibleTasks, type User } from '@fractal-server/database';
import { boolean, integer, list, nullable, optional } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { empty, Endpoint, HttpError, Input, json, pathId, routeInput, type InputOf } from '../http/index.js';
import { APPLICATION_CONFIG } from '../infrastructure.module.js';
import { requireResource } from '../projects/create-project.js';
import { viewerOf } from '../task-groups/viewer.js';
import { changeTask } from './change-task.js';
import { createTask } from './create-task.js';
import { requireOwnTask, requireReadableTask, requireTask } from './task-access.js';
import {
  taskCreate,
  taskRead,
  taskReadSlim,
  taskUpdate,
  toHandmadeTask,
  toTaskChanges,
  toTaskRead,
  toTaskReadSlim,
  type TaskRead,
  type TaskReadSlim,
} from './task.schemas.js';

const tag = 'Task';
const taskInput = routeInput({ path: { task_id: pathId() } });
const createInput = routeInput({
  query: { user_group_id: optional(nullable(integer()), null), private: optional(boolean(), false) },
  body: taskCreate,
});
const updateInput = routeInput({ path: { task_id: pathId() }, body: taskUpdate });

/** Single tasks (contract: api-data-model 6.10). */
@Controller()
export class TasksController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/task/',
    access: 'guest',
    tag,
    operation: 'get_task_list',
    summary: 'The tasks that the caller may use, by id',
    answer: json(200, list(taskReadSlim)),
  })
  async list(@Caller() caller: User): Promise<TaskReadSlim[]> {
    const tasks = await listVisibleTasks(this.database, await viewerOf(this.database, caller));
    return tasks.map(toTaskReadSlim);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/task/',
    access: 'user',
    tag,
    operation: 'create_task',
    summary: 'Write a task down by hand',
    input: createInput,
    answer: json(201, taskRead),
  })
  async create(@Caller() caller: User, @Input() { query, body }: InputOf<typeof createInput>): Promise<TaskRead> {
    const resourceId = await requireResource(this.database, caller);
    const owner = { ...(await viewerOf(this.database, caller)), resourceId };
    const visibility = { isPrivate: query.private, userGroupId: query.user_group_id };
    const maker = { owner, visibility, defaultGroupName: this.config.defaultGroupName };
    return toTaskRead(await createTask(this.database, maker, toHandmadeTask(body)));
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/task/{task_id}/',
    access: 'guest',
    tag,
    operation: 'get_task',
    summary: 'One task',
    input: taskInput,
    answer: json(200, taskRead),
  })
  async get(@Caller() caller: User, @Input() { path }: InputOf<typeof taskInput>): Promise<TaskRead> {
    const task = requireTask(await findTask(this.database, path.task_id), path.task_id);
    requireReadableTask(await viewerOf(this.database, caller), task);
    return toTaskRead(task);
  }

  @Endpoint({
    method: 'PATCH',
    path: '/api/v2/task/{task_id}/',
    access: 'user',
    tag,
    operation: 'patch_task',
    summary: 'Change a task of the caller',
    input: updateInput,
    answer: json(200, taskRead),
  })
  async update(@Caller() caller: User, @Input() { path, body }: InputOf<typeof updateInput>): Promise<TaskRead> {
    const task = requireTask(await findTask(this.database, path.task_id), path.task_id);
    requireOwnTask(await viewerOf(this.database, caller), task);
    return toTaskRead(await changeTask(this.database, task, toTaskChanges(body)));
  }

  /** Tasks live and die with their group. */
  @Endpoint({
    method: 'DELETE',
    path: '/api/v2/task/{task_id}/',
    access: 'user',
    tag,
    operation: 'delete_task',
    summary: 'Never possible',
    input: taskInput,
    answer: empty(204),
  })
  async delete(@Input() _input: InputOf<typeof taskInput>): Promise<void> {
    throw new HttpError(405, 'Cannot delete single tasks, please operate directly on task groups.');
  }
}
