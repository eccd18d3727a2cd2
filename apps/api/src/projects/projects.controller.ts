import { Controller, Inject } from '@nestjs/common';
import { Database, listProjects, updateProject, type User } from '@fractal-server/database';
import { boolean, DomainError, list, optional } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { empty, Endpoint, Input, json, pathId, routeInput, type InputOf } from '../http/index.js';
import { changeProject, removeProject } from './change-project.js';
import { createProject } from './create-project.js';
import { ProjectAccess } from './project-access.js';
import { projectCreate, projectRead, projectUpdate, toProjectRead, type ProjectRead } from './project.schemas.js';

const tag = 'Project';
const listInput = routeInput({ query: { is_owner: optional(boolean(), true) } });
const createInput = routeInput({ body: projectCreate });
const projectInput = routeInput({ path: { project_id: pathId() } });
const updateInput = routeInput({ path: { project_id: pathId() }, body: projectUpdate });

/** Projects (contract: api-data-model 6.1). */
@Controller()
export class ProjectsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/',
    access: 'guest',
    tag,
    operation: 'get_list_project',
    summary: 'The projects of the caller, or those shared with the caller',
    input: listInput,
    answer: json(200, list(projectRead)),
  })
  async list(@Caller() caller: User, @Input() { query }: InputOf<typeof listInput>): Promise<ProjectRead[]> {
    const projects = await listProjects(this.database, caller.id, { owned: query.is_owner });
    return projects.map(toProjectRead);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/',
    access: 'user',
    tag,
    operation: 'create_project',
    summary: 'Create a project',
    input: createInput,
    answer: json(201, projectRead),
  })
  async create(@Caller() caller: User, @Input() { body }: InputOf<typeof createInput>): Promise<ProjectRead> {
    return toProjectRead(await createProject(this.database, caller, body));
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/',
    access: 'guest',
    tag,
    operation: 'read_project',
    summary: 'One project',
    input: projectInput,
    answer: json(200, projectRead),
  })
  async get(@Caller() caller: User, @Input() { path }: InputOf<typeof projectInput>): Promise<ProjectRead> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    return toProjectRead(project);
  }

  @Endpoint({
    method: 'PATCH',
    path: '/api/v2/project/{project_id}/',
    access: 'user',
    tag,
    operation: 'update_project',
    summary: 'Change name or description',
    input: updateInput,
    answer: json(200, projectRead),
  })
  async update(@Caller() caller: User, @Input() { path, body }: InputOf<typeof updateInput>): Promise<ProjectRead> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    return toProjectRead(await changeProject(this.database, caller, project, body));
  }

  @Endpoint({
    method: 'DELETE',
    path: '/api/v2/project/{project_id}/',
    access: 'user',
    tag,
    operation: 'delete_project',
    summary: 'Delete a project with its datasets and workflows',
    input: projectInput,
    answer: empty(204),
  })
  async delete(@Caller() caller: User, @Input() { path }: InputOf<typeof projectInput>): Promise<void> {
    const { project, isOwner } = await this.access.project(caller, path.project_id, 'rwx');
    if (!isOwner) throw new DomainError('forbidden', 'project.not_owner', 'Only the owner can delete a project.');
    await removeProject(this.database, project.id);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/star/',
    access: 'user',
    tag,
    operation: 'star_project',
    summary: 'Put a project first, for all members',
    input: projectInput,
    answer: empty(200),
  })
  async star(@Caller() caller: User, @Input() { path }: InputOf<typeof projectInput>): Promise<void> {
    await this.setStar(caller, path.project_id, true);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/unstar/',
    access: 'user',
    tag,
    operation: 'unstar_project',
    summary: 'Take the star from a project, for all members',
    input: projectInput,
    answer: empty(200),
  })
  async unstar(@Caller() caller: User, @Input() { path }: InputOf<typeof projectInput>): Promise<void> {
    await this.setStar(caller, path.project_id, false);
  }

  private async setStar(caller: User, projectId: number, isStarred: boolean): Promise<void> {
    const { project } = await this.access.project(caller, projectId, 'rw');
    await updateProject(this.database, project.id, { isStarred });
  }
}
