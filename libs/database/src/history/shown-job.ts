import type { JobStatus, JsonObject } from '@fractal-server/domain';

/** A job as clients see it. */
export interface ShownJob {
  readonly id: number;
  /** Null once the project was deleted; the dump stays. */
  readonly projectId: number | null;
  readonly workflowId: number | null;
  readonly datasetId: number | null;
  readonly projectDump: JsonObject;
  readonly workflowDump: JsonObject;
  readonly datasetDump: JsonObject;
  readonly userEmail: string;
  readonly slurmAccount: string | null;
  readonly workerInit: string | null;
  readonly firstTaskIndex: number;
  readonly lastTaskIndex: number;
  readonly attributeFilters: JsonObject;
  readonly typeFilters: JsonObject;
  readonly workingDir: string;
  readonly workingDirUser: string;
  /** ISO text with microseconds. */
  readonly startTimestamp: string;
  readonly endTimestamp: string | null;
  readonly status: JobStatus;
  /** Null while the job runs, and where the reader did not ask for it. */
  readonly log: string | null;
  readonly executorErrorLog: string | null;
  /** Why it, or the first of its batches that waits, does not go on. */
  readonly waitingReason: string | null;
  /** Somebody asked for its end. */
  readonly isCancelRequested: boolean;
}

/** Looked up for the few jobs that are not over. */
const WAITING_REASON = /* sql */ `
    case when j.status = 'submitted' then coalesce(
      (select w.waiting_reason from work w where w.kind = 'job' and w.id = j.id),
      (select w.waiting_reason from batch b join work w on w.kind = 'batch' and w.id = b.id
        where b.job_id = j.id and b.state <> 'settled' and w.waiting_reason is not null order by b.id limit 1)) end`;

/** The columns of a job `j`, named as the fields of `ShownJob`. Without its log none of it is read: logs are the bulk of a list. */
export function shownJobColumns({ withLog }: { readonly withLog: boolean }): string {
  return /* sql */ `
    j.id, j.project_id as "projectId", j.workflow_id as "workflowId", j.dataset_id as "datasetId", j.project_dump as "projectDump",
    j.workflow_dump as "workflowDump", j.dataset_dump as "datasetDump", j.user_email as "userEmail", j.slurm_account as "slurmAccount",
    j.worker_init as "workerInit", j.first_task_index as "firstTaskIndex", j.last_task_index as "lastTaskIndex",
    j.attribute_filters as "attributeFilters", j.type_filters as "typeFilters", j.working_dir as "workingDir",
    j.working_dir_user as "workingDirUser", j.start_timestamp as "startTimestamp", j.end_timestamp as "endTimestamp", j.status,
    ${withLog ? 'j.log' : 'null::text as log'}, j.executor_error_log as "executorErrorLog",
    ${WAITING_REASON} as "waitingReason", j.cancel_requested_at is not null as "isCancelRequested"`;
}
