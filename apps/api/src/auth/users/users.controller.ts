import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, findUserDetails, listUsers } from '@fractal-server/database';
import { boolean, integer, list, nullable, optional } from '@fractal-server/domain';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { Logger } from '../../logging/logger.js';
import { createUser } from './create-user.js';
import { setGroups } from './set-groups.js';
import { updateUser, userNotFound } from './update-user.js';
import { toUserRead, userCreate, userRead, userUpdate, userUpdateGroups, type UserRead } from './user.schemas.js';

const registerInput = routeInput({ body: userCreate });
const listInput = routeInput({ query: { profile_id: optional(nullable(integer()), null) } });
const getInput = routeInput({ path: { user_id: pathId() }, query: { group_ids_names: optional(boolean(), true) } });
const updateInput = routeInput({ path: { user_id: pathId() }, body: userUpdate });
const setGroupsInput = routeInput({ path: { user_id: pathId() }, body: userUpdateGroups });

/** Users, as administrators see and change them (contract: auth-admin 3.2, 3.4–3.7). */
@Controller()
export class UsersController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/auth/register/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'register_register',
    summary: 'Create a user',
    input: registerInput,
    answer: json(201, userRead),
    refusals: [400],
  })
  async register(@Input() { body }: InputOf<typeof registerInput>): Promise<UserRead> {
    const { database, logger } = this;
    const userId = await createUser({ database, logger, defaultGroupName: this.config.defaultGroupName }, body);
    return this.read(userId, { withGroups: false });
  }

  @Endpoint({
    method: 'GET',
    path: '/auth/users/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'list_users',
    summary: 'All users, or those of one profile',
    input: listInput,
    answer: json(200, list(userRead)),
  })
  async list(@Input() { query }: InputOf<typeof listInput>): Promise<UserRead[]> {
    return (await listUsers(this.database, { profileId: query.profile_id })).map(toUserRead);
  }

  @Endpoint({
    method: 'GET',
    path: '/auth/users/{user_id}/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'get_user',
    summary: 'One user',
    input: getInput,
    answer: json(200, userRead),
  })
  async get(@Input() { path, query }: InputOf<typeof getInput>): Promise<UserRead> {
    return this.read(path.user_id, { withGroups: query.group_ids_names });
  }

  @Endpoint({
    method: 'PATCH',
    path: '/auth/users/{user_id}/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'patch_user',
    summary: 'Change a user',
    input: updateInput,
    answer: json(200, userRead),
  })
  async update(@Input() { path, body }: InputOf<typeof updateInput>): Promise<UserRead> {
    await updateUser(this.database, path.user_id, body);
    return this.read(path.user_id, { withGroups: true });
  }

  @Endpoint({
    method: 'POST',
    path: '/auth/users/{user_id}/set-groups/',
    access: 'superuser',
    tag: 'Authentication',
    operation: 'set_user_groups',
    summary: 'Set the groups that a user is in',
    input: setGroupsInput,
    answer: json(200, userRead),
  })
  async setGroups(@Input() { path, body }: InputOf<typeof setGroupsInput>): Promise<UserRead> {
    const { defaultGroupName } = this.config;
    await setGroups(this.database, { userId: path.user_id, groupIds: body.group_ids, defaultGroupName });
    return this.read(path.user_id, { withGroups: true });
  }

  private async read(userId: number, { withGroups }: { withGroups: boolean }): Promise<UserRead> {
    const user = await findUserDetails(this.database, userId, { withGroups, defaultGroupName: this.config.defaultGroupName });
    if (user === undefined) throw userNotFound(userId);
    return toUserRead(user);
  }
}
