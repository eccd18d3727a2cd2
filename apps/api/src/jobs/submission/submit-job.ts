import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  findShownJob,
  holdForSubmission,
  type Resource,
  type ShownJob,
  type Transaction,
  type User,
} from '@fractal-server/database';
import { clusterPathFault, DomainError, mergeTypeFilters } from '@fractal-server/domain';
import { acceptJob } from '@fractal-server/engine';
import { BellRinger } from '@fractal-server/queue';
import { datasetNotFound, ProjectAccess, projectNotFound } from '../../projects/project-access.js';
import { requireActiveTask, requireReadableTask } from '../../tasks/task-access.js';
import { viewerOf } from '../../task-groups/viewer.js';
import { API_VERSION } from '../../version.js';
import { getWorkflowWithSteps, type WorkflowStep } from '../../workflows/workflow-steps.js';
import { ringAll } from '../ring-all.js';
import type { JobCreate } from './job-create.schema.js';
import { resolveTaskRange } from './task-range.js';
import { getValidatedProfile } from '../../profiles/validated-profile.js';

/** A job that somebody wants. */
export interface WantedJob {
  readonly projectId: number;
  readonly datasetId: number;
  readonly workflowId: number;
  readonly body: JobCreate;
}

/** Accepts jobs (contract: api-execution 5.1). */
@Injectable()
export class SubmitJob {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
    @Inject(BellRinger) private readonly bells: BellRinger,
  ) {}

  /**
   * Checks everything that can be checked, then accepts the job. Checks and job are one transaction, in which nobody deletes or reorders
   * what the job refers to.
   * @throws DomainError notFound, forbidden, refused; `job.dataset_in_use` for all but one of several jobs that come at once
   */
  async submit(caller: User, wanted: WantedJob): Promise<ShownJob> {
    const { project } = await this.access.dataset(caller, wanted.projectId, wanted.datasetId, 'rwx');
    const { job, work } = await this.database.transaction(async (transaction) => {
      const missing = await holdForSubmission(transaction, wanted);
      if (missing === 'project') throw projectNotFound();
      if (missing === 'dataset') throw datasetNotFound();
      const viewer = await viewerOf(transaction, caller);
      if (viewer.resourceId !== project.resourceId) throw otherResource();
      // Also tells of a workflow that is missing.
      const { workflow, steps } = await getWorkflowWithSteps(transaction, wanted.projectId, wanted.workflowId);
      if (steps.length === 0) throw emptyWorkflow(workflow.id);
      const range = resolveTaskRange({ first: wanted.body.first_task_index, last: wanted.body.last_task_index }, steps.length);
      for (const step of steps.slice(range.first, range.last + 1)) {
        requireReadableTask(viewer, step.task);
        requireRunnable(step);
      }
      return accept(transaction, caller, wanted, range);
    });
    ringAll(this.bells, [work]);
    return job;
  }
}

async function accept(transaction: Transaction, caller: User, wanted: WantedJob, range: { first: number; last: number }) {
  const { resource, profile } = await getValidatedProfile(transaction, caller);
  requireOpen(resource);
  if (resource.type !== 'local') requireClusterPath(profile.jobsRemoteDir ?? firstProjectDir(caller));
  const { body, ...parts } = wanted;
  const { id, work } = await acceptJob(transaction, {
    ...parts,
    userId: caller.id,
    userEmail: caller.email,
    slurmAccount: chooseSlurmAccount(caller, body.slurm_account),
    workerInit: body.worker_init ?? null,
    firstTaskIndex: range.first,
    lastTaskIndex: range.last,
    attributeFilters: body.attribute_filters,
    typeFilters: body.type_filters,
    resourceId: resource.id,
    profileId: profile.id,
    serverVersion: API_VERSION,
    resourceType: resource.type,
    jobsLocalDir: resource.jobsLocalDir,
    jobsRemoteDir: profile.jobsRemoteDir,
    firstProjectDir: firstProjectDir(caller),
  });
  const job = await findShownJob(transaction, { id });
  if (job === null) throw new Error(`job ${id} was not stored`);
  return { job, work };
}

function requireRunnable({ task, workflowTask }: WorkflowStep): void {
  requireActiveTask(task);
  mergeTypeFilters(task.inputTypes, workflowTask.typeFilters);
}

function requireOpen({ name, preventNewSubmissions }: Resource): void {
  if (!preventNewSubmissions) return;
  throw new DomainError('refused', 'resource.closed', `The '${name}' resource does not currently accept new job submissions.`);
}

/** The job's folder on the cluster is named in its scripts, where some characters would mean something else. */
function requireClusterPath(path: string): void {
  const fault = clusterPathFault(path);
  if (fault !== undefined) throw new DomainError('refused', 'job.cluster_path', `Jobs cannot run below '${path}': ${fault}.`);
}

/** The account that was asked for, or the user's first, whatever the backend. */
function chooseSlurmAccount({ slurmAccounts }: Pick<User, 'slurmAccounts'>, asked: string | null): string | null {
  if (asked === null) return slurmAccounts[0] ?? null;
  if (slurmAccounts.includes(asked)) return asked;
  const text = `SLURM account '${asked}' is not among those available to the current user`;
  throw new DomainError('refused', 'job.slurm_account', text);
}

/** Its cache folder lies below it. Without one the job could not be run, and must not occupy the dataset (oddity 5). */
function firstProjectDir({ id, projectDirs }: Pick<User, 'id' | 'projectDirs'>): string {
  const [first] = projectDirs;
  if (first === undefined) throw new DomainError('refused', 'user.no_project_dir', `User ${id} has no project folder.`);
  return first;
}

function otherResource(): DomainError {
  return new DomainError('refused', 'project.other_resource', "Project resource does not match with user's resource");
}

function emptyWorkflow(workflowId: number): DomainError {
  return new DomainError('refused', 'workflow.empty', `Workflow ${workflowId} has empty task list`);
}
