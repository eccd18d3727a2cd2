import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, findTaskGroup, findTaskGroupFacts, listTasksOfGroup, type User } from '@fractal-server/database';
import { boolean, list, optional } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../http/index.js';
import { APPLICATION_CONFIG } from '../infrastructure.module.js';
import { changeSharing } from './change-sharing.js';
import { listPackages } from './list-packages.js';
import { requireOwnTaskGroup, requireReadableTaskGroup, requireTaskGroup, taskGroupNotFound } from './task-group-access.js';
import {
  packageRead,
  taskGroupRead,
  taskGroupUpdate,
  toTaskGroupRead,
  toTaskGroupReadSlim,
  type PackageRead,
  type TaskGroupRead,
} from './task-group.schemas.js';
import { viewerOf } from './viewer.js';

const tag = 'TaskGroup';
const listInput = routeInput({ query: { only_active: optional(boolean(), false), only_owner: optional(boolean(), false) } });
const taskGroupInput = routeInput({ path: { task_group_id: pathId() } });
const updateInput = routeInput({ path: { task_group_id: pathId() }, body: taskGroupUpdate });

/** Task groups: reading and sharing (contract: api-data-model 6.11). */
@Controller()
export class TaskGroupsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/task-group/',
    access: 'guest',
    tag,
    operation: 'get_task_group_list',
    summary: 'The packages that the caller may use, each with its versions, the newest first',
    input: listInput,
    answer: json(200, list(packageRead)),
  })
  async list(@Caller() caller: User, @Input() { query }: InputOf<typeof listInput>): Promise<PackageRead[]> {
    const viewer = await viewerOf(this.database, caller);
    const selection = { onlyActive: query.only_active, onlyOwner: query.only_owner };
    const packages = await listPackages(this.database, viewer, selection, this.config.defaultGroupName);
    return packages.map(({ pkgName, taskGroups }) => [
      pkgName,
      taskGroups.map(({ group, facts, tasks }) => toTaskGroupReadSlim(group, facts, tasks)),
    ]);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/task-group/{task_group_id}/',
    access: 'guest',
    tag,
    operation: 'get_task_group',
    summary: 'One task group',
    input: taskGroupInput,
    answer: json(200, taskGroupRead),
  })
  async get(@Caller() caller: User, @Input() { path }: InputOf<typeof taskGroupInput>): Promise<TaskGroupRead> {
    const group = requireTaskGroup(await findTaskGroup(this.database, path.task_group_id), path.task_group_id);
    requireReadableTaskGroup(await viewerOf(this.database, caller), group);
    return this.read(group.id);
  }

  @Endpoint({
    method: 'PATCH',
    path: '/api/v2/task-group/{task_group_id}/',
    access: 'user',
    tag,
    operation: 'patch_task_group',
    summary: 'Share a task group of the caller with a user group, or with nobody',
    input: updateInput,
    answer: json(200, taskGroupRead),
  })
  async update(@Caller() caller: User, @Input() { path, body }: InputOf<typeof updateInput>): Promise<TaskGroupRead> {
    const group = requireTaskGroup(await findTaskGroup(this.database, path.task_group_id), path.task_group_id);
    requireOwnTaskGroup(caller.id, group);
    if (body.user_group_id !== undefined) await changeSharing(this.database, group, body.user_group_id);
    return this.read(group.id);
  }

  private async read(taskGroupId: number): Promise<TaskGroupRead> {
    const group = requireTaskGroup(await findTaskGroup(this.database, taskGroupId), taskGroupId);
    const facts = (await findTaskGroupFacts(this.database, [taskGroupId])).get(taskGroupId);
    if (facts === undefined) throw taskGroupNotFound(taskGroupId);
    return toTaskGroupRead(group, facts, await listTasksOfGroup(this.database, taskGroupId));
  }
}
