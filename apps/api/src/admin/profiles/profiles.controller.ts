import { Controller, Inject } from '@nestjs/common';
import {
  Database,
  deleteProfile,
  getProfile,
  listProfiles,
  overwriteProfile,
  profileDataOf,
  retryPausedJobs,
} from '@fractal-server/database';
import { list, profileCreate } from '@fractal-server/domain';
import { empty, Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { profileRead, toProfileRead, type ProfileRead } from './profile.schemas.js';

const profileInput = routeInput({ path: { profile_id: pathId() } });
const replaceInput = routeInput({ path: { profile_id: pathId() }, body: profileCreate });

/** Profiles: how users act on a resource (contract: auth-admin 5.8). */
@Controller()
export class ProfilesController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/profile/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'get_profile_list',
    summary: 'All profiles, by id',
    answer: json(200, list(profileRead)),
  })
  async list(): Promise<ProfileRead[]> {
    return (await listProfiles(this.database, { resourceId: null })).map(toProfileRead);
  }

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/profile/{profile_id}/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'get_single_profile',
    summary: 'One profile',
    input: profileInput,
    answer: json(200, profileRead),
  })
  async get(@Input() { path }: InputOf<typeof profileInput>): Promise<ProfileRead> {
    return toProfileRead(await getProfile(this.database, path.profile_id));
  }

  @Endpoint({
    method: 'PUT',
    path: '/admin/v2/profile/{profile_id}/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'put_profile',
    summary: 'Overwrite a profile',
    input: replaceInput,
    answer: json(200, profileRead),
  })
  async replace(@Input() { path, body }: InputOf<typeof replaceInput>): Promise<ProfileRead> {
    const { resourceId } = await getProfile(this.database, path.profile_id);
    await overwriteProfile(this.database, path.profile_id, profileDataOf(body));
    await retryPausedJobs(this.database, resourceId);
    return toProfileRead(await getProfile(this.database, path.profile_id));
  }

  @Endpoint({
    method: 'DELETE',
    path: '/admin/v2/profile/{profile_id}/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'delete_profile',
    summary: 'Delete a profile that no user has',
    input: profileInput,
    answer: empty(204),
  })
  async delete(@Input() { path }: InputOf<typeof profileInput>): Promise<void> {
    await getProfile(this.database, path.profile_id);
    await deleteProfile(this.database, path.profile_id);
  }
}
