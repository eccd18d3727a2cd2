import { Inject, Injectable } from '@nestjs/common';
import { Database, findShownJob, type ProjectPermission, type ShownJob, type User } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { ProjectAccess } from '../projects/project-access.js';

/** Finds jobs for those who may see them. All methods throw a DomainError `notFound` or `forbidden`. */
@Injectable()
export class JobAccess {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
  ) {}

  /** A job of a project. */
  async ofProject(caller: Pick<User, 'id'>, projectId: number, jobId: number, needed: ProjectPermission): Promise<ShownJob> {
    const { project } = await this.access.project(caller, projectId, needed);
    const job = await findShownJob(this.database, { id: jobId, projectId: project.id });
    if (job === null) throw jobNotFound();
    return job;
  }

  /** A job of any project that the caller owns or has accepted; of all, for administrators. Others do not learn that it exists. */
  async visible(caller: Pick<User, 'id' | 'isSuperuser'>, jobId: number): Promise<ShownJob> {
    const job = await findShownJob(this.database, { id: jobId, ...(caller.isSuperuser ? {} : { visibleTo: caller.id }) });
    if (job === null) throw jobNotFound();
    return job;
  }

  /** Any job, for administrators. */
  async any(jobId: number): Promise<ShownJob> {
    const job = await findShownJob(this.database, { id: jobId });
    if (job === null) throw new DomainError('notFound', 'job.not_found', `Job ${jobId} not found`);
    return job;
  }
}

export function jobNotFound(): DomainError {
  return new DomainError('notFound', 'job.not_found', 'Job not found');
}
