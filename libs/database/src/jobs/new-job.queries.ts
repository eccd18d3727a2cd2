import { stringifyJson, type JsonInput } from '@fractal-server/domain';
import type { Transaction } from '../connection/database.js';

/** Id and start of a job that is about to be inserted: both are part of its folder's name. */
export interface ReservedJob {
  readonly id: number;
  /** ISO text with microseconds, UTC. */
  readonly startTimestamp: string;
}

/** What is written once, when a job is accepted. */
export interface NewJob extends ReservedJob {
  readonly projectId: number;
  readonly workflowId: number;
  readonly datasetId: number;
  readonly userId: number;
  readonly userEmail: string;
  readonly slurmAccount: string | null;
  readonly workerInit: string | null;
  readonly firstTaskIndex: number;
  readonly lastTaskIndex: number;
  readonly attributeFilters: JsonInput;
  readonly typeFilters: JsonInput;
  readonly workingDir: string;
  readonly workingDirUser: string;
  readonly cacheDir: string;
  readonly resourceId: number;
  readonly profileId: number;
  readonly serverVersion: string;
}

/** Takes the next job id. */
export async function reserveJob(transaction: Transaction): Promise<ReservedJob> {
  const [row] = await transaction.query<ReservedJob>(
    `select nextval(pg_get_serial_sequence('job', 'id')) as id, clock_timestamp() as "startTimestamp"`,
  );
  if (row === undefined) throw new Error('no job id');
  return row;
}

/**
 * Inserts a job with its dumps and its snapshots of resource and profile. The workflow tasks follow when it is prepared.
 * @throws a unique violation of `job_one_submitted_per_dataset_key` when the dataset has a job already
 */
export async function insertJob(transaction: Transaction, job: NewJob): Promise<void> {
  await transaction.execute(
    `insert into job (id, project_id, workflow_id, dataset_id, user_id, user_email, slurm_account, worker_init, first_task_index,
       last_task_index, attribute_filters, type_filters, working_dir, working_dir_user, cache_dir, resource_id, fractal_server_version,
       start_timestamp, project_dump, workflow_dump, dataset_dump, resource_snapshot, profile_snapshot)
     select $1, p.id, w.id, d.id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, r.id, $17, $18,
       json_build_object('id', p.id, 'name', p.name, 'timestamp_created', ${isoText('p.timestamp_created')}),
       json_build_object('id', w.id, 'name', w.name, 'project_id', w.project_id, 'timestamp_created', ${isoText('w.timestamp_created')}),
       json_build_object('id', d.id, 'name', d.name, 'project_id', d.project_id, 'timestamp_created', ${isoText('d.timestamp_created')},
         'zarr_dir', d.zarr_dir),
       row_to_json(r), row_to_json(pr)
     from project p, workflow w, dataset d, resource r, profile pr
     where p.id = $2 and w.id = $3 and d.id = $4 and r.id = $16 and pr.id = $19`,
    [
      job.id,
      job.projectId,
      job.workflowId,
      job.datasetId,
      job.userId,
      job.userEmail,
      job.slurmAccount,
      job.workerInit,
      job.firstTaskIndex,
      job.lastTaskIndex,
      stringifyJson(job.attributeFilters),
      stringifyJson(job.typeFilters),
      job.workingDir,
      job.workingDirUser,
      job.cacheDir,
      job.resourceId,
      job.serverVersion,
      job.startTimestamp,
      job.profileId,
    ],
  );
}

/** Marks the task groups in the job's range of tasks as used (contract: runner.md 1.2). */
export async function touchTaskGroups(transaction: Transaction, job: NewJob): Promise<void> {
  await transaction.execute(
    `update task_group set timestamp_last_used = $4
      where id in (
        select t.task_group_id from workflow_task wt join task t on t.id = wt.task_id
         where wt.workflow_id = $1 and wt."order" between $2 and $3)`,
    [job.workflowId, job.firstTaskIndex, job.lastTaskIndex, job.startTimestamp],
  );
}

/** A timestamp as dumps hold it: `2026-11-22T10:11:24.838093Z`, without a fraction of zero (contract: api-data-model 8.4). */
function isoText(column: string): string {
  return `replace(to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || 'Z'`;
}
