import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, findProfileInfo, findUserDetails, listReachableZarrDirs, updateUser, type User } from '@fractal-server/database';
import { boolean, lenientModel, list, nullable, optional, required, string, type Infer } from '@fractal-server/domain';
import { GUESTS_NOT_ALLOWED } from '../../access/access-rules.js';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, HttpError, Input, json, routeInput, type InputOf } from '../../http/index.js';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { userNotFound } from '../users/update-user.js';
import { toUserRead, userRead, userUpdateStrict, type UserRead } from '../users/user.schemas.js';

const getInput = routeInput({ query: { group_ids_names: optional(boolean(), false) } });
const updateInput = routeInput({ body: userUpdateStrict });
const viewerPathsInput = routeInput({ query: { include_shared_projects: optional(boolean(), true) } });

const userProfileInfo = lenientModel('UserProfileInfo', {
  has_profile: required(boolean()),
  resource_name: optional(nullable(string()), null),
  profile_name: optional(nullable(string()), null),
  username: optional(nullable(string()), null),
});

/** The user who calls (contract: auth-admin 3.3). */
@Controller()
export class CurrentUserController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/auth/current-user/',
    access: 'active',
    tag: 'Authentication',
    operation: 'get_current_user',
    summary: 'The user who calls',
    input: getInput,
    answer: json(200, userRead),
  })
  async get(@Caller() caller: User, @Input() { query }: InputOf<typeof getInput>): Promise<UserRead> {
    return this.read(caller.id, { withGroups: query.group_ids_names });
  }

  @Endpoint({
    method: 'PATCH',
    path: '/auth/current-user/',
    access: 'active',
    tag: 'Authentication',
    operation: 'patch_current_user',
    summary: 'Change the user who calls',
    input: updateInput,
    answer: json(200, userRead),
  })
  async update(@Caller() caller: User, @Input() { body }: InputOf<typeof updateInput>): Promise<UserRead> {
    // Here, and not as a level of access, because a bad body is told to guests first.
    if (caller.isGuest) throw new HttpError(403, GUESTS_NOT_ALLOWED);
    await updateUser(this.database, caller.id, { slurmAccounts: body.slurm_accounts });
    return this.read(caller.id, { withGroups: true });
  }

  @Endpoint({
    method: 'GET',
    path: '/auth/current-user/profile-info/',
    access: 'active',
    tag: 'Authentication',
    operation: 'get_current_user_profile_info',
    summary: 'Profile and resource of the user who calls',
    answer: json(200, userProfileInfo),
  })
  async profileInfo(@Caller() caller: User): Promise<Infer<typeof userProfileInfo>> {
    const info = await findProfileInfo(this.database, caller.id);
    if (info === undefined) return { has_profile: false, resource_name: null, profile_name: null, username: null };
    return { has_profile: true, resource_name: info.resourceName, profile_name: info.profileName, username: info.username };
  }

  @Endpoint({
    method: 'GET',
    path: '/auth/current-user/allowed-viewer-paths/',
    access: 'activeVerified',
    tag: 'Authentication',
    operation: 'get_current_user_allowed_viewer_paths',
    summary: 'Folders that the user who calls may look at',
    input: viewerPathsInput,
    answer: json(200, list(string())),
  })
  async allowedViewerPaths(@Caller() caller: User, @Input() { query }: InputOf<typeof viewerPathsInput>): Promise<string[]> {
    if (!query.include_shared_projects) return [...caller.projectDirs];
    return [...caller.projectDirs, ...(await listReachableZarrDirs(this.database, caller.id))];
  }

  private async read(userId: number, { withGroups }: { withGroups: boolean }): Promise<UserRead> {
    const user = await findUserDetails(this.database, userId, { withGroups, defaultGroupName: this.config.defaultGroupName });
    if (user === undefined) throw userNotFound(userId);
    return toUserRead(user);
  }
}
