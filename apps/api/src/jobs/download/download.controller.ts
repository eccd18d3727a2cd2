import { Controller, Inject, type StreamableFile } from '@nestjs/common';
import type { User } from '@fractal-server/database';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, file, Input, pathId, routeInput, type InputOf } from '../../http/index.js';
import { JobAccess } from '../job-access.js';
import { ARCHIVE_TYPE, downloadJob } from './job-download.js';

const jobInput = routeInput({ path: { project_id: pathId(), job_id: pathId() } });

/** The files of a job. */
@Controller()
export class DownloadController {
  constructor(@Inject(JobAccess) private readonly jobs: JobAccess) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/job/{job_id}/download/',
    access: 'guest',
    tag: 'Job',
    operation: 'download_job_logs',
    summary: "The job's folder as an archive: logs, arguments and outputs of all units",
    input: jobInput,
    answer: file<StreamableFile>(ARCHIVE_TYPE),
  })
  async download(@Caller() caller: User, @Input() { path }: InputOf<typeof jobInput>): Promise<StreamableFile> {
    return downloadJob(await this.jobs.ofProject(caller, path.project_id, path.job_id, 'r'));
  }
}
