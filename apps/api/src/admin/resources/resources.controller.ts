import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import {
  Database,
  deleteResource,
  getResource,
  insertProfile,
  getProfile,
  listProfiles,
  listResources,
  profileDataOf,
} from '@fractal-server/database';
import { DomainError, list, profileCreate, resourceCreate, resourceTypeInTexts } from '@fractal-server/domain';
import { empty, Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { profileRead, toProfileRead, type ProfileRead } from '../profiles/profile.schemas.js';
import { resourceRead, toResourceRead, type ResourceRead } from './resource.schemas.js';
import { createResource, replaceResource } from './store-resource.js';

const createInput = routeInput({ body: resourceCreate });
const resourceInput = routeInput({ path: { resource_id: pathId() } });
const replaceInput = routeInput({ path: { resource_id: pathId() }, body: resourceCreate });
const createProfileInput = routeInput({ path: { resource_id: pathId() }, body: profileCreate });

/** Computational resources and their profiles (contract: auth-admin 5.7). */
@Controller()
export class ResourcesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/resource/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'get_resource_list',
    summary: 'All computational resources, by id',
    answer: json(200, list(resourceRead)),
  })
  async list(): Promise<ResourceRead[]> {
    return (await listResources(this.database)).map(toResourceRead);
  }

  @Endpoint({
    method: 'POST',
    path: '/admin/v2/resource/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'post_resource',
    summary: 'Create a computational resource',
    input: createInput,
    answer: json(201, resourceRead),
  })
  async create(@Input() { body }: InputOf<typeof createInput>): Promise<ResourceRead> {
    return toResourceRead(await createResource(this.database, body, this.config.runnerBackend));
  }

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/resource/{resource_id}/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'get_resource',
    summary: 'One computational resource',
    input: resourceInput,
    answer: json(200, resourceRead),
  })
  async get(@Input() { path }: InputOf<typeof resourceInput>): Promise<ResourceRead> {
    return toResourceRead(await getResource(this.database, path.resource_id));
  }

  @Endpoint({
    method: 'PUT',
    path: '/admin/v2/resource/{resource_id}/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'put_resource',
    summary: 'Overwrite a computational resource',
    input: replaceInput,
    answer: json(200, resourceRead),
  })
  async replace(@Input() { path, body }: InputOf<typeof replaceInput>): Promise<ResourceRead> {
    const backend = this.config.runnerBackend;
    return toResourceRead(await replaceResource(this.database, { resourceId: path.resource_id, resource: body, backend }));
  }

  @Endpoint({
    method: 'DELETE',
    path: '/admin/v2/resource/{resource_id}/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'delete_resource',
    summary: 'Delete a computational resource that nothing refers to',
    input: resourceInput,
    answer: empty(204),
  })
  async delete(@Input() { path }: InputOf<typeof resourceInput>): Promise<void> {
    await getResource(this.database, path.resource_id);
    await deleteResource(this.database, path.resource_id);
  }

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/resource/{resource_id}/profile/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'get_resource_profiles',
    summary: 'The profiles of a resource, by id',
    input: resourceInput,
    answer: json(200, list(profileRead)),
  })
  async listProfiles(@Input() { path }: InputOf<typeof resourceInput>): Promise<ProfileRead[]> {
    const { id } = await getResource(this.database, path.resource_id);
    return (await listProfiles(this.database, { resourceId: id })).map(toProfileRead);
  }

  @Endpoint({
    method: 'POST',
    path: '/admin/v2/resource/{resource_id}/profile/',
    access: 'superuser',
    tag: 'Admin area',
    operation: 'post_profile',
    summary: 'Create a profile on a resource',
    input: createProfileInput,
    answer: json(201, profileRead),
  })
  async createProfile(@Input() { path, body }: InputOf<typeof createProfileInput>): Promise<ProfileRead> {
    const resource = await getResource(this.database, path.resource_id);
    if (resource.type !== body.resource_type) {
      throw new DomainError(
        'refused',
        'profile.other_type',
        `resource.type='${resource.type}' differs from new_profile.resource_type=${resourceTypeInTexts(body.resource_type)}.`,
      );
    }
    const profileId = await insertProfile(this.database, resource.id, profileDataOf(body));
    return toProfileRead(await getProfile(this.database, profileId));
  }
}
