import { Inject, Injectable } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database, findJobResourceType, findShownJob, type ShownJob } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { failJobByAdmin, requestCancel } from '@fractal-server/engine';
import { BellRinger } from '@fractal-server/queue';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { ringAll } from '../ring-all.js';
import { requireStoppable } from './backend-gate.js';

/** Ends jobs before their time. The caller has found the job and checked who asks. */
@Injectable()
export class EndJobs {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BellRinger) private readonly bells: BellRinger,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  /**
   * The old way to end a job, for jobs on a cluster: as `cancel`, but a job that has ended is refused. May be repeated until then, also
   * before anything was submitted (contract: api-execution 5.7).
   * @param findJob finds the job and checks who asks; called when the deployment knows how to stop a job
   * @throws DomainError `backend.local`, `job.not_submitted`, and what `findJob` throws
   */
  async stop(findJob: () => Promise<ShownJob>): Promise<void> {
    const { runnerBackend } = this.config;
    if (runnerBackend !== 'any') requireStoppable(runnerBackend, `FRACTAL_RUNNER_BACKEND=${runnerBackend}`);
    const job = await findJob();
    if (runnerBackend === 'any') {
      const type = await findJobResourceType(this.database, job.id);
      requireStoppable(type, `resources of type '${type}'`);
    }
    if (job.status !== 'submitted') throw notStoppable(job);
    await this.cancel(job);
  }

  /**
   * Asks for the end of a job, also of one that has not started: what runs is stopped, the job ends as failed. May be repeated, also when
   * the job has ended by then.
   * @throws DomainError `job.not_submitted` for a job that ended by itself
   */
  async cancel(job: ShownJob): Promise<void> {
    if (job.isCancelRequested && job.status !== 'submitted') return;
    requireSubmitted(job);
    ringAll(this.bells, await this.database.transaction((transaction) => requestCancel(transaction, job.id)));
  }

  /**
   * Marks a job as failed, whatever it is doing. Clients see it at once.
   * @throws DomainError `job.not_submitted`, `job.status` for any other status
   */
  async setStatus(job: ShownJob, status: ShownJob['status']): Promise<ShownJob> {
    requireSubmitted(job);
    if (status !== 'failed') throw new DomainError('refused', 'job.status', `Cannot set job status to ${status}`);
    const work = await this.database.transaction(async (transaction) => {
      const [clock] = await transaction.query<{ now: string }>('select clock_timestamp() as now');
      return failJobByAdmin(transaction, job.id, clock!.now);
    });
    ringAll(this.bells, work);
    return (await findShownJob(this.database, { id: job.id })) ?? job;
  }
}

function requireSubmitted({ id, status }: ShownJob): void {
  if (status === 'submitted') return;
  throw new DomainError('refused', 'job.not_submitted', `Job ${id} has status job.status='${status}' != 'submitted'.`);
}

function notStoppable({ status }: ShownJob): DomainError {
  return new DomainError(
    'refused',
    'job.not_submitted',
    `Cannot stop job: expected status 'submitted', but current status is '${status}'.`,
  );
}
