import { Controller, Inject } from '@nestjs/common';
import { Database, listWorkflows, updateWorkflow, type User } from '@fractal-server/database';
import { list } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { empty, Endpoint, Input, json, pathId, routeInput, type InputOf } from '../http/index.js';
import { ProjectAccess } from '../projects/project-access.js';
import { viewerOf } from '../task-groups/viewer.js';
import { changeWorkflow } from './change-workflow.js';
import { exportWorkflow } from './export-workflow.js';
import { removeWorkflow } from './remove-workflow.js';
import { typeFiltersFlow } from './type-filters-flow.js';
import { storeWorkflow } from './workflow-names.js';
import { getWorkflow, getWorkflowWithSteps, withSteps } from './workflow-steps.js';
import {
  toWorkflowPatch,
  toWorkflowRead,
  toWorkflowReadWithWarnings,
  typeFiltersFlowStep,
  workflowCreate,
  workflowExport,
  workflowRead,
  workflowReadWithWarnings,
  workflowUpdate,
  type TypeFiltersFlowStep,
  type WorkflowExport,
  type WorkflowRead,
  type WorkflowReadWithWarnings,
} from './workflow.schemas.js';

const tag = 'Workflow';
const projectInput = routeInput({ path: { project_id: pathId() } });
const createInput = routeInput({ path: { project_id: pathId() }, body: workflowCreate });
const workflowPath = { project_id: pathId(), workflow_id: pathId() };
const workflowInput = routeInput({ path: workflowPath });
const updateInput = routeInput({ path: workflowPath, body: workflowUpdate });
type WorkflowInput = InputOf<typeof workflowInput>;

/** Workflows (contract: api-data-model 6.6). */
@Controller()
export class WorkflowsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/workflow/',
    access: 'guest',
    tag,
    operation: 'get_workflow_list',
    summary: 'The workflows of a project with their tasks: starred first, then by name',
    input: projectInput,
    answer: json(200, list(workflowRead)),
  })
  async list(@Caller() caller: User, @Input() { path }: InputOf<typeof projectInput>): Promise<WorkflowRead[]> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const workflows = await withSteps(this.database, await listWorkflows(this.database, project.id));
    return workflows.map((workflow) => toWorkflowRead(workflow, project));
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/workflow/',
    access: 'user',
    tag,
    operation: 'create_workflow',
    summary: 'Create a workflow without tasks',
    input: createInput,
    answer: json(201, workflowRead),
  })
  async create(@Caller() caller: User, @Input() { path, body }: InputOf<typeof createInput>): Promise<WorkflowRead> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const workflow = await storeWorkflow(this.database, { projectId: project.id, ...body });
    return toWorkflowRead({ workflow, steps: [] }, project);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/',
    access: 'guest',
    tag,
    operation: 'read_workflow',
    summary: 'One workflow with its tasks, and what keeps the caller from running them',
    input: workflowInput,
    answer: json(200, workflowReadWithWarnings),
  })
  async get(@Caller() caller: User, @Input() { path }: WorkflowInput): Promise<WorkflowReadWithWarnings> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const found = await getWorkflowWithSteps(this.database, project.id, path.workflow_id);
    return toWorkflowReadWithWarnings(found, project, await viewerOf(this.database, caller));
  }

  @Endpoint({
    method: 'PATCH',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/',
    access: 'user',
    tag,
    operation: 'update_workflow',
    summary: 'Rename or describe a workflow, or put its tasks in another order',
    input: updateInput,
    answer: json(200, workflowReadWithWarnings),
  })
  async update(@Caller() caller: User, @Input() { path, body }: InputOf<typeof updateInput>): Promise<WorkflowReadWithWarnings> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    await changeWorkflow(this.database, project.id, path.workflow_id, toWorkflowPatch(body));
    const found = await getWorkflowWithSteps(this.database, project.id, path.workflow_id);
    return toWorkflowReadWithWarnings(found, project, await viewerOf(this.database, caller));
  }

  @Endpoint({
    method: 'DELETE',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/',
    access: 'user',
    tag,
    operation: 'delete_workflow',
    summary: 'Delete a workflow with its tasks',
    input: workflowInput,
    answer: empty(204),
  })
  async delete(@Caller() caller: User, @Input() { path }: WorkflowInput): Promise<void> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    await removeWorkflow(this.database, project.id, path.workflow_id);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/export/',
    access: 'guest',
    tag,
    operation: 'export_workflow',
    summary: 'A workflow as a file that the import takes',
    input: workflowInput,
    answer: json(200, workflowExport),
  })
  async export(@Caller() caller: User, @Input() { path }: WorkflowInput): Promise<WorkflowExport> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    return exportWorkflow(await getWorkflowWithSteps(this.database, project.id, path.workflow_id));
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/type-filters-flow/',
    access: 'guest',
    tag,
    operation: 'get_workflow_type_filters',
    summary: 'The types of images along a workflow',
    input: workflowInput,
    answer: json(200, list(typeFiltersFlowStep)),
  })
  async typeFiltersFlow(@Caller() caller: User, @Input() { path }: WorkflowInput): Promise<TypeFiltersFlowStep[]> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const { steps } = await getWorkflowWithSteps(this.database, project.id, path.workflow_id);
    return typeFiltersFlow(steps);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/star/',
    access: 'user',
    tag,
    operation: 'star_workflow',
    summary: 'Put a workflow first, for all members',
    input: workflowInput,
    answer: empty(200),
  })
  async star(@Caller() caller: User, @Input() { path }: WorkflowInput): Promise<void> {
    await this.setStar(caller, path, true);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/unstar/',
    access: 'user',
    tag,
    operation: 'unstar_workflow',
    summary: 'Take the star from a workflow, for all members',
    input: workflowInput,
    answer: empty(200),
  })
  async unstar(@Caller() caller: User, @Input() { path }: WorkflowInput): Promise<void> {
    await this.setStar(caller, path, false);
  }

  private async setStar(caller: User, path: WorkflowInput['path'], isStarred: boolean): Promise<void> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const workflow = await getWorkflow(this.database, project.id, path.workflow_id);
    await updateWorkflow(this.database, workflow.id, { isStarred });
  }
}
