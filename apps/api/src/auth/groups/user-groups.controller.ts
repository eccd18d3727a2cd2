import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { createGroup, Database, deleteGroup, getGroup, listGroups } from '@fractal-server/database';
import { boolean, DomainError, list, optional } from '@fractal-server/domain';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { empty, Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { addUserToGroup, removeUserFromGroup } from './change-membership.js';
import { toUserGroupRead, userGroupCreate, userGroupRead, type UserGroupRead } from './user-group.schemas.js';

const listInput = routeInput({ query: { user_ids: optional(boolean(), false) } });
const createInput = routeInput({ body: userGroupCreate });
const groupInput = routeInput({ path: { group_id: pathId() } });
const memberInput = routeInput({ path: { group_id: pathId(), user_id: pathId() } });

/** User groups (contract: auth-admin 3.8). */
@Controller()
export class UserGroupsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/auth/group/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'get_list_user_groups',
    summary: 'All user groups, by id',
    input: listInput,
    answer: json(200, list(userGroupRead)),
  })
  async list(@Input() { query }: InputOf<typeof listInput>): Promise<UserGroupRead[]> {
    const groups = await listGroups(this.database, { withMembers: query.user_ids });
    return groups.map(toUserGroupRead);
  }

  @Endpoint({
    method: 'POST',
    path: '/auth/group/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'create_single_group',
    summary: 'Create a user group',
    input: createInput,
    answer: json(201, userGroupRead),
  })
  async create(@Input() { body }: InputOf<typeof createInput>): Promise<UserGroupRead> {
    return toUserGroupRead(await createGroup(this.database, body.name));
  }

  @Endpoint({
    method: 'GET',
    path: '/auth/group/{group_id}/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'get_single_user_group',
    summary: 'One user group with its members',
    input: groupInput,
    answer: json(200, userGroupRead),
  })
  async get(@Input() { path }: InputOf<typeof groupInput>): Promise<UserGroupRead> {
    return toUserGroupRead(await getGroup(this.database, path.group_id));
  }

  @Endpoint({
    method: 'DELETE',
    path: '/auth/group/{group_id}/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'delete_single_group',
    summary: 'Delete a user group',
    input: groupInput,
    answer: empty(204),
  })
  async delete(@Input() { path }: InputOf<typeof groupInput>): Promise<void> {
    const group = await getGroup(this.database, path.group_id);
    if (group.name === this.config.defaultGroupName) {
      throw new DomainError('refused', 'user_group.is_default', `Cannot delete default UserGroup '${group.name}'.`);
    }
    await deleteGroup(this.database, group.id);
  }

  @Endpoint({
    method: 'POST',
    path: '/auth/group/{group_id}/add-user/{user_id}/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'add_user_to_group',
    summary: 'Add a user to a group',
    input: memberInput,
    answer: json(200, userGroupRead),
  })
  async addUser(@Input() { path }: InputOf<typeof memberInput>): Promise<UserGroupRead> {
    await addUserToGroup(this.database, { groupId: path.group_id, userId: path.user_id });
    return toUserGroupRead(await getGroup(this.database, path.group_id));
  }

  @Endpoint({
    method: 'POST',
    path: '/auth/group/{group_id}/remove-user/{user_id}/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'remove_user_from_group',
    summary: 'Remove a user from a group',
    input: memberInput,
    answer: json(200, userGroupRead),
  })
  async removeUser(@Input() { path }: InputOf<typeof memberInput>): Promise<UserGroupRead> {
    await removeUserFromGroup(this.database, { groupId: path.group_id, userId: path.user_id }, this.config.defaultGroupName);
    return toUserGroupRead(await getGroup(this.database, path.group_id));
  }
}
