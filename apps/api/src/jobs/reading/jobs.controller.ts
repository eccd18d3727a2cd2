import { Controller, Inject } from '@nestjs/common';
import { Database, type User } from '@fractal-server/database';
import { boolean, list, optional } from '@fractal-server/domain';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf, type JsonStream } from '../../http/index.js';
import { ProjectAccess } from '../../projects/project-access.js';
import { getWorkflow } from '../../workflows/workflow-steps.js';
import { JobAccess } from '../job-access.js';
import { jobRead, toJobRead, type JobRead } from '../job.schemas.js';
import { allJobs } from './job-answers.js';
import { withRunningLog } from './running-log.js';

const tag = 'Job';
const withLogs = { log: optional(boolean(), true) } as const;
const userInput = routeInput({ query: withLogs });
const projectInput = routeInput({ path: { project_id: pathId() }, query: withLogs });
const workflowInput = routeInput({ path: { project_id: pathId(), workflow_id: pathId() } });
const jobInput = routeInput({
  path: { project_id: pathId(), job_id: pathId() },
  query: { show_tmp_logs: optional(boolean(), false) },
});

/** Jobs, one and many (contract: api-execution 5.2–5.5). */
@Controller()
export class JobsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
    @Inject(JobAccess) private readonly jobs: JobAccess,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/job/',
    access: 'guest',
    tag,
    operation: 'get_user_jobs',
    summary: 'The jobs of all projects of the caller, newest first',
    input: userInput,
    answer: json(200, list(jobRead)),
  })
  async listOfUser(@Caller() caller: User, @Input() { query }: InputOf<typeof userInput>): Promise<JsonStream> {
    return allJobs(this.database, { visibleTo: caller.id }, { withLog: query.log });
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/workflow/{workflow_id}/job/',
    access: 'guest',
    tag,
    operation: 'get_workflow_jobs',
    summary: 'The jobs of a workflow, newest first',
    input: workflowInput,
    answer: json(200, list(jobRead)),
  })
  async listOfWorkflow(@Caller() caller: User, @Input() { path }: InputOf<typeof workflowInput>): Promise<JsonStream> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const workflow = await getWorkflow(this.database, project.id, path.workflow_id);
    return allJobs(this.database, { workflowId: workflow.id }, { withLog: true });
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/job/',
    access: 'guest',
    tag,
    operation: 'get_job_list',
    summary: 'The jobs of a project, newest first',
    input: projectInput,
    answer: json(200, list(jobRead)),
  })
  async listOfProject(@Caller() caller: User, @Input() { path, query }: InputOf<typeof projectInput>): Promise<JsonStream> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    return allJobs(this.database, { projectId: project.id }, { withLog: query.log });
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/job/{job_id}/',
    access: 'guest',
    tag,
    operation: 'read_job',
    summary: 'One job; with its log so far, where asked for',
    input: jobInput,
    answer: json(200, jobRead),
  })
  async get(@Caller() caller: User, @Input() { path, query }: InputOf<typeof jobInput>): Promise<JobRead> {
    const job = await this.jobs.ofProject(caller, path.project_id, path.job_id, 'r');
    return toJobRead(query.show_tmp_logs ? await withRunningLog(this.database, job) : job);
  }
}
