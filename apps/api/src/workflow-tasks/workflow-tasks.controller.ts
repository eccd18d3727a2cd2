import { Controller, Inject } from '@nestjs/common';
import { Database, type User } from '@fractal-server/database';
import { integer, list, nullable, optional, required } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { empty, Endpoint, Input, json, pathId, routeInput, type InputOf } from '../http/index.js';
import { ProjectAccess } from '../projects/project-access.js';
import { viewerOf } from '../task-groups/viewer.js';
import { getWorkflow, getWorkflowWithSteps } from '../workflows/workflow-steps.js';
import { addWorkflowTasks } from './add-workflow-tasks.js';
import { changeWorkflowTask } from './change-workflow-task.js';
import { getWorkflowTask, withTask } from './find-workflow-task.js';
import { removeWorkflowTask } from './remove-workflow-task.js';
import { replaceTask } from './replace-task.js';
import { findVersionUpdates, type VersionUpdate } from './version-update-candidates.js';
import {
  taskVersionRead,
  toAddedTask,
  toWorkflowTaskPatch,
  toWorkflowTaskRead,
  workflowTaskRead,
  workflowTaskReplace,
  workflowTasksCreate,
  workflowTaskUpdate,
  type WorkflowTaskRead,
} from './workflow-task.schemas.js';

const tag = 'WorkflowTask';
const workflowPath = { project_id: pathId(), workflow_id: pathId() };
const workflowTaskPath = { ...workflowPath, workflow_task_id: pathId() };
const addInput = routeInput({
  path: workflowPath,
  query: { order: optional(nullable(integer({ ge: 0 })), null) },
  body: workflowTasksCreate,
});
const workflowTaskInput = routeInput({ path: workflowTaskPath });
const updateInput = routeInput({ path: workflowTaskPath, body: workflowTaskUpdate });
const replaceInput = routeInput({
  path: workflowPath,
  query: { workflow_task_id: required(integer()), task_id: required(integer()) },
  body: workflowTaskReplace,
});
const workflowInput = routeInput({ path: workflowPath });

/** The tasks of workflows (contract: api-data-model 6.7). */
@Controller()
export class WorkflowTasksController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/wftask/',
    access: 'user',
    tag,
    operation: 'create_workflowtasks',
    summary: 'Add tasks to a workflow, all or none',
    input: addInput,
    answer: json(201, list(workflowTaskRead)),
  })
  async add(@Caller() caller: User, @Input() { path, query, body }: InputOf<typeof addInput>): Promise<WorkflowTaskRead[]> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const viewer = await viewerOf(this.database, caller);
    const insertion = { projectId: project.id, workflowId: path.workflow_id, order: query.order };
    const steps = await addWorkflowTasks(this.database, viewer, insertion, body.map(toAddedTask));
    return steps.map(toWorkflowTaskRead);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/wftask/replace-task/',
    access: 'user',
    tag: 'Task',
    operation: 'replace_workflowtask',
    summary: 'Give a workflow task another task, such as a newer version of its own',
    input: replaceInput,
    answer: json(201, workflowTaskRead),
  })
  async replace(@Caller() caller: User, @Input() { path, query, body }: InputOf<typeof replaceInput>): Promise<WorkflowTaskRead> {
    const workflowTaskId = query.workflow_task_id;
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const viewer = await viewerOf(this.database, caller);
    const replacement = { taskId: query.task_id, argsNonParallel: body.args_non_parallel, argsParallel: body.args_parallel };
    const place = { projectId: project.id, workflowId: path.workflow_id, workflowTaskId };
    return toWorkflowTaskRead(await replaceTask(this.database, viewer, place, replacement));
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/wftask/{workflow_task_id}/',
    access: 'guest',
    tag,
    operation: 'read_workflowtask',
    summary: 'One task of a workflow',
    input: workflowTaskInput,
    answer: json(200, workflowTaskRead),
  })
  async get(@Caller() caller: User, @Input() { path }: InputOf<typeof workflowTaskInput>): Promise<WorkflowTaskRead> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const { id } = await getWorkflow(this.database, project.id, path.workflow_id);
    return toWorkflowTaskRead(await withTask(this.database, await getWorkflowTask(this.database, id, path.workflow_task_id)));
  }

  @Endpoint({
    method: 'PATCH',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/wftask/{workflow_task_id}/',
    access: 'user',
    tag,
    operation: 'update_workflowtask',
    summary: 'Change arguments, meta, filters or names of a task of a workflow',
    input: updateInput,
    answer: json(200, workflowTaskRead),
  })
  async update(@Caller() caller: User, @Input() { path, body }: InputOf<typeof updateInput>): Promise<WorkflowTaskRead> {
    await this.access.project(caller, path.project_id, 'rw');
    return toWorkflowTaskRead(await changeWorkflowTask(this.database, placeOf(path), toWorkflowTaskPatch(body)));
  }

  @Endpoint({
    method: 'DELETE',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/wftask/{workflow_task_id}/',
    access: 'user',
    tag,
    operation: 'delete_workflowtask',
    summary: 'Take a task out of a workflow',
    input: workflowTaskInput,
    answer: empty(204),
  })
  async delete(@Caller() caller: User, @Input() { path }: InputOf<typeof workflowTaskInput>): Promise<void> {
    await this.access.project(caller, path.project_id, 'rw');
    await removeWorkflowTask(this.database, placeOf(path));
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/version-update-candidates/',
    access: 'guest',
    tag: 'Task',
    operation: 'get_workflow_version_update_candidates',
    summary: 'For each task of a workflow the newer versions that could take its place',
    input: workflowInput,
    answer: json(200, list(list(taskVersionRead))),
  })
  async versionUpdates(@Caller() caller: User, @Input() { path }: InputOf<typeof workflowInput>): Promise<VersionUpdate[][]> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const { steps } = await getWorkflowWithSteps(this.database, project.id, path.workflow_id);
    return findVersionUpdates(this.database, await viewerOf(this.database, caller), steps);
  }
}

function placeOf(path: { project_id: number; workflow_id: number; workflow_task_id: number }) {
  return { projectId: path.project_id, workflowId: path.workflow_id, workflowTaskId: path.workflow_task_id };
}
