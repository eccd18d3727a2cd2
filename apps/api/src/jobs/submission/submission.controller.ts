import { Controller, Inject } from '@nestjs/common';
import type { User } from '@fractal-server/database';
import { integer, required } from '@fractal-server/domain';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { jobRead, toJobRead, type JobRead } from '../job.schemas.js';
import { jobCreate } from './job-create.schema.js';
import { SubmitJob } from './submit-job.js';

const submitInput = routeInput({
  path: { project_id: pathId() },
  query: { workflow_id: required(integer()), dataset_id: required(integer()) },
  body: jobCreate,
});

/** Where jobs come in. */
@Controller()
export class SubmissionController {
  constructor(@Inject(SubmitJob) private readonly jobs: SubmitJob) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/job/submit/',
    access: 'user',
    tag: 'Job',
    operation: 'submit_job',
    summary: 'Run a workflow on a dataset',
    input: submitInput,
    answer: json(202, jobRead),
  })
  async submit(@Caller() caller: User, @Input() { path, query, body }: InputOf<typeof submitInput>): Promise<JobRead> {
    const wanted = { projectId: path.project_id, datasetId: query.dataset_id, workflowId: query.workflow_id, body };
    return toJobRead(await this.jobs.submit(caller, wanted));
  }
}
