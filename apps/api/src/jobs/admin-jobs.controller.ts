import { Controller, Inject, type StreamableFile } from '@nestjs/common';
import { countJobs, Database } from '@fractal-server/database';
import { awareDateTime, boolean, email, integer, nullable, optional, required, strictModel, type Schema } from '@fractal-server/domain';
import { empty, Endpoint, file, Input, json, JsonStream, offsetAndLimit, pathId, routeInput, type InputOf } from '../http/index.js';
import { ARCHIVE_TYPE, downloadJob } from './download/job-download.js';
import { EndJobs } from './ending/end-jobs.js';
import { JobAccess } from './job-access.js';
import { jobPage, jobRead, jobStatus, toJobRead, type JobRead } from './job.schemas.js';
import { readJobs } from './reading/job-answers.js';
import { withRunningLog } from './reading/running-log.js';

const tag = 'Admin area';
const path = { job_id: pathId() } as const;
const filter = <T>(schema: Schema<T>) => optional<T | null>(nullable(schema), null);
const listInput = routeInput({
  query: {
    id: filter(integer()),
    resource_id: filter(integer()),
    project_owner_id: filter(integer()),
    job_user_email: filter(email()),
    project_id: filter(integer()),
    dataset_id: filter(integer()),
    workflow_id: filter(integer()),
    status: filter(jobStatus),
    start_timestamp_min: filter(awareDateTime()),
    start_timestamp_max: filter(awareDateTime()),
    end_timestamp_min: filter(awareDateTime()),
    end_timestamp_max: filter(awareDateTime()),
    log: optional(boolean(), true),
  },
  paged: true,
});
const jobInput = routeInput({ path });
const readInput = routeInput({ path, query: { show_tmp_logs: optional(boolean(), false) } });
const updateInput = routeInput({ path, body: strictModel('JobUpdate', { status: required(jobStatus) }) });

/** All jobs, for administrators (contract: api-execution 13.3; `cancel` is new). */
@Controller()
export class AdminJobsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobAccess) private readonly jobs: JobAccess,
    @Inject(EndJobs) private readonly endJobs: EndJobs,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/job/',
    access: 'superuser',
    tag,
    operation: 'view_job',
    summary: 'The jobs that pass a filter, newest first',
    input: listInput,
    answer: json(200, jobPage),
  })
  async list(@Input() { query, page }: InputOf<typeof listInput>): Promise<JsonStream> {
    const wanted = {
      id: query.id,
      resourceId: query.resource_id,
      projectOwnerId: query.project_owner_id,
      userEmail: query.job_user_email,
      projectId: query.project_id,
      datasetId: query.dataset_id,
      workflowId: query.workflow_id,
      status: query.status,
      startMin: query.start_timestamp_min,
      startMax: query.start_timestamp_max,
      endMin: query.end_timestamp_min,
      endMax: query.end_timestamp_max,
    };
    const totalCount = await countJobs(this.database, wanted);
    const items = await readJobs(this.database, wanted, { withLog: query.log, ...offsetAndLimit(page) });
    return new JsonStream({ current_page: page.page, page_size: page.pageSize ?? totalCount, total_count: totalCount, items });
  }

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/job/{job_id}/',
    access: 'superuser',
    tag,
    operation: 'view_single_job',
    summary: 'One job; with its log so far, where asked for',
    input: readInput,
    answer: json(200, jobRead),
  })
  async get(@Input() input: InputOf<typeof readInput>): Promise<JobRead> {
    const job = await this.jobs.any(input.path.job_id);
    return toJobRead(input.query.show_tmp_logs ? await withRunningLog(this.database, job) : job);
  }

  @Endpoint({
    method: 'PATCH',
    path: '/admin/v2/job/{job_id}/',
    access: 'superuser',
    tag,
    operation: 'update_job',
    summary: 'Mark a job as failed, whatever it is doing',
    input: updateInput,
    answer: json(200, jobRead),
  })
  async update(@Input() input: InputOf<typeof updateInput>): Promise<JobRead> {
    return toJobRead(await this.endJobs.setStatus(await this.jobs.any(input.path.job_id), input.body.status));
  }

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/job/{job_id}/stop/',
    access: 'superuser',
    tag,
    operation: 'stop_job',
    summary: 'Stop a job on a cluster; for local jobs see `cancel`',
    input: jobInput,
    answer: empty(202),
  })
  async stop(@Input() input: InputOf<typeof jobInput>): Promise<void> {
    await this.endJobs.stop(() => this.jobs.any(input.path.job_id));
  }

  @Endpoint({
    method: 'POST',
    path: '/admin/v2/job/{job_id}/cancel/',
    access: 'superuser',
    tag,
    operation: 'cancel_job',
    summary: 'End a job, on any backend: what runs is stopped, the job ends as failed',
    input: jobInput,
    answer: empty(202),
  })
  async cancel(@Input() input: InputOf<typeof jobInput>): Promise<void> {
    await this.endJobs.cancel(await this.jobs.any(input.path.job_id));
  }

  @Endpoint({
    method: 'GET',
    path: '/admin/v2/job/{job_id}/download/',
    access: 'superuser',
    tag,
    operation: 'download_job_logs',
    summary: "The job's folder as an archive",
    input: jobInput,
    answer: file<StreamableFile>(ARCHIVE_TYPE),
  })
  async download(@Input() input: InputOf<typeof jobInput>): Promise<StreamableFile> {
    return downloadJob(await this.jobs.any(input.path.job_id));
  }
}
