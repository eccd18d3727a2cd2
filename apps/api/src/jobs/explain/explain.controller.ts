import { Controller, Inject } from '@nestjs/common';
import { Database, explainJob, type User } from '@fractal-server/database';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { jobNotFound, JobAccess } from '../job-access.js';
import { jobExplanationRead, type JobExplanationRead } from './explanation.schemas.js';
import { putIntoWords } from './put-into-words.js';

const jobInput = routeInput({ path: { job_id: pathId() } });

/** Why a job is where it is, in words. New. */
@Controller()
export class ExplainController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobAccess) private readonly jobs: JobAccess,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/job/{job_id}/explain/',
    access: 'guest',
    tag: 'Job',
    operation: 'explain_job',
    summary: 'What a job is doing, what it waits for, since when, and when it is tried next',
    input: jobInput,
    answer: json(200, jobExplanationRead),
  })
  async explain(@Caller() caller: User, @Input() { path }: InputOf<typeof jobInput>): Promise<JobExplanationRead> {
    const { id } = await this.jobs.visible(caller, path.job_id);
    const facts = await explainJob(this.database, id);
    if (facts === null) throw jobNotFound();
    return putIntoWords(facts, new Date());
  }
}
