import { Controller, Inject } from '@nestjs/common';
import type { User } from '@fractal-server/database';
import { Caller } from '../../access/caller.decorator.js';
import { empty, Endpoint, Input, pathId, routeInput, type InputOf } from '../../http/index.js';
import { JobAccess } from '../job-access.js';
import { EndJobs } from './end-jobs.js';

const tag = 'Job';
const jobInput = routeInput({ path: { project_id: pathId(), job_id: pathId() } });

/** The end of a job by its users (contract: api-execution 5.7; `cancel` is new). */
@Controller()
export class EndJobsController {
  constructor(
    @Inject(JobAccess) private readonly jobs: JobAccess,
    @Inject(EndJobs) private readonly endJobs: EndJobs,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/job/{job_id}/stop/',
    access: 'user',
    tag,
    operation: 'stop_job',
    summary: 'Stop a job on a cluster; for local jobs see `cancel`',
    input: jobInput,
    answer: empty(202),
  })
  async stop(@Caller() caller: User, @Input() { path }: InputOf<typeof jobInput>): Promise<void> {
    await this.endJobs.stop(() => this.jobs.ofProject(caller, path.project_id, path.job_id, 'rwx'));
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/job/{job_id}/cancel/',
    access: 'user',
    tag,
    operation: 'cancel_job',
    summary: 'End a job, on any backend: what runs is stopped, the job ends as failed',
    input: jobInput,
    answer: empty(202),
  })
  async cancel(@Caller() caller: User, @Input() { path }: InputOf<typeof jobInput>): Promise<void> {
    await this.endJobs.cancel(await this.jobs.ofProject(caller, path.project_id, path.job_id, 'rwx'));
  }
}
