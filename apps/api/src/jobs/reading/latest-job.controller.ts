import { Controller, Inject } from '@nestjs/common';
import { Database, findDataset, findShownJob, type User } from '@fractal-server/database';
import { dict, DomainError, integer, lenientModel, required, string, type Infer } from '@fractal-server/domain';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { datasetNotFound, ProjectAccess } from '../../projects/project-access.js';
import { getWorkflow } from '../../workflows/workflow-steps.js';
import { jobFields, toJobRead } from '../job.schemas.js';
import { taskStatus } from './task-status.schemas.js';
import { TaskStatuses } from './task-statuses.js';

const jobWithTaskStatuses = lenientModel('JobWithTaskStatuses', { ...jobFields, task_statuses: required(dict(string(), taskStatus)) });

const latestInput = routeInput({
  path: { project_id: pathId() },
  query: { workflow_id: required(integer()), dataset_id: required(integer()) },
});

/** How a workflow stands on a dataset: what clients poll while a job runs (contract: api-execution 5.11). */
@Controller()
export class LatestJobController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
    @Inject(TaskStatuses) private readonly taskStatuses: TaskStatuses,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/latest-job/',
    access: 'guest',
    tag: 'Job',
    operation: 'get_latest_job',
    summary: 'The newest job of a workflow on a dataset, and how far its tasks are',
    input: latestInput,
    answer: json(200, jobWithTaskStatuses),
  })
  async latest(@Caller() caller: User, @Input() { path, query }: InputOf<typeof latestInput>): Promise<Infer<typeof jobWithTaskStatuses>> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const workflow = await getWorkflow(this.database, project.id, query.workflow_id);
    const dataset = await findDataset(this.database, project.id, query.dataset_id);
    if (dataset === null) throw datasetNotFound();
    const job = await findShownJob(this.database, { projectId: project.id, workflowId: workflow.id, datasetId: dataset.id });
    if (job === null) {
      const text = `Job with workflow_id=${workflow.id} and dataset_id=${dataset.id} not found.`;
      throw new DomainError('notFound', 'job.not_found', text);
    }
    return { ...toJobRead(job), task_statuses: await this.taskStatuses.read(workflow.id, dataset.id) };
  }
}
