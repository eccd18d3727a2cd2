import type { ShownJob } from '@fractal-server/database';
import {
  attributeFilters,
  enumOf,
  integer,
  lenientModel,
  list,
  nullable,
  optional,
  required,
  strictModel,
  string,
  typeFilters,
  type AttributeValue,
  type Infer,
  type JsonObject,
} from '@fractal-server/domain';

export const jobStatus = enumOf('JobStatusType', ['submitted', 'done', 'failed']);

// What a job's parts were called when it was submitted. Jobs of old servers may hold more keys; these are shown.
const projectDump = strictModel('ProjectDump', {
  id: required(integer()),
  name: required(string()),
  timestamp_created: required(string()),
});
const workflowDump = strictModel('WorkflowDump', {
  id: required(integer()),
  name: required(string()),
  project_id: required(integer()),
  timestamp_created: required(string()),
});
const datasetDump = lenientModel('DatasetDump', {
  id: required(integer()),
  name: required(string()),
  project_id: required(integer()),
  timestamp_created: required(string()),
  zarr_dir: required(string()),
});

/** The fields of a job, as it is shown alone and together with the statuses of its tasks. */
export const jobFields = {
  id: required(integer()),
  project_id: optional(nullable(integer()), null),
  project_dump: required(projectDump),
  user_email: required(string()),
  slurm_account: optional(nullable(string()), null),
  workflow_id: optional(nullable(integer()), null),
  workflow_dump: required(workflowDump),
  dataset_id: optional(nullable(integer()), null),
  dataset_dump: required(datasetDump),
  start_timestamp: required(string()),
  end_timestamp: optional(nullable(string()), null),
  status: required(jobStatus),
  log: optional(nullable(string()), null),
  executor_error_log: optional(nullable(string()), null),
  working_dir: optional(nullable(string()), null),
  working_dir_user: optional(nullable(string()), null),
  first_task_index: optional(nullable(integer()), null),
  last_task_index: optional(nullable(integer()), null),
  worker_init: optional(nullable(string()), null),
  attribute_filters: required(attributeFilters()),
  type_filters: required(typeFilters()),
  /** Why the job, or a part of it, does not go on at the moment. New; see `explain`. */
  waiting_reason: optional(nullable(string()), null),
} as const;

/** A job, as it is shown (contract: api-execution 4). */
export const jobRead = lenientModel('JobRead', jobFields);
export type JobRead = Infer<typeof jobRead>;

/** A part of the jobs that pass a filter. */
export const jobPage = lenientModel('PaginationResponse_JobRead_', {
  current_page: required(integer()),
  page_size: required(integer()),
  total_count: required(integer()),
  items: required(list(jobRead)),
});

export function toJobRead(job: ShownJob): JobRead {
  return {
    id: job.id,
    project_id: job.projectId,
    project_dump: dumpOf(job.projectDump, ['id', 'name', 'timestamp_created']),
    user_email: job.userEmail,
    slurm_account: job.slurmAccount,
    workflow_id: job.workflowId,
    workflow_dump: dumpOf(job.workflowDump, ['id', 'name', 'project_id', 'timestamp_created']),
    dataset_id: job.datasetId,
    dataset_dump: dumpOf(job.datasetDump, ['id', 'name', 'project_id', 'timestamp_created', 'zarr_dir']),
    start_timestamp: job.startTimestamp,
    end_timestamp: job.endTimestamp,
    status: job.status,
    log: job.log,
    executor_error_log: job.executorErrorLog,
    working_dir: job.workingDir,
    working_dir_user: job.workingDirUser,
    first_task_index: job.firstTaskIndex,
    last_task_index: job.lastTaskIndex,
    worker_init: job.workerInit,
    attribute_filters: job.attributeFilters as Map<string, AttributeValue[]>,
    type_filters: job.typeFilters as Map<string, boolean>,
    waiting_reason: job.waitingReason,
  };
}

/** Dumps were written by us, with these keys. */
function dumpOf<Dump extends object>(stored: JsonObject, keys: readonly (keyof Dump & string)[]): Dump {
  return Object.fromEntries(keys.map((key) => [key, stored.get(key)])) as Dump;
}
