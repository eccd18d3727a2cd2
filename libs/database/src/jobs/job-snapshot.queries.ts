import type { JsonObject } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';

/** A workflow task as it was when the job was prepared. Both objects go into the run's row as they are. */
export interface JobTask {
  readonly workflowTaskId: number;
  readonly taskId: number;
  /** `workflowtask_dump` of the run, with the task inside. */
  readonly workflowTask: JsonObject;
  /** `task_group_dump` of the run. */
  readonly taskGroup: JsonObject;
}

/**
 * Stores the workflow tasks, tasks and task groups of the job's range (contract: runner.md 3.1 C): the job runs on these, whatever is
 * edited meanwhile. @returns how many
 */
export async function insertJobTasks(transaction: Transaction, jobId: number): Promise<number> {
  return transaction.execute(
    `insert into job_task (job_id, position, workflow_task_id, task_id, snapshot)
     select j.id, row_number() over (order by wt."order") - 1, wt.id, t.id, json_build_object(
       'workflowTask', json_build_object(
         'id', wt.id, 'workflow_id', wt.workflow_id, 'order', wt."order", 'meta_parallel', wt.meta_parallel,
         'meta_non_parallel', wt.meta_non_parallel, 'args_parallel', wt.args_parallel, 'args_non_parallel', wt.args_non_parallel,
         'type_filters', wt.type_filters, 'task_type', wt.task_type, 'task_id', wt.task_id, 'alias', wt.alias, 'description', wt.description,
         'task', json_build_object(
           'id', t.id, 'name', t.name, 'type', t.type, 'command_non_parallel', t.command_non_parallel,
           'command_parallel', t.command_parallel, 'version', t.version, 'input_types', t.input_types, 'output_types', t.output_types)),
       'taskGroup', json_build_object(
         'id', g.id, 'origin', g.origin, 'pkg_name', g.pkg_name, 'version', g.version, 'python_version', g.python_version,
         'pip_extras', g.pip_extras, 'pinned_package_versions_pre', g.pinned_package_versions_pre,
         'pinned_package_versions_post', g.pinned_package_versions_post, 'path', g.path, 'venv_path', g.venv_path,
         'archive_path', g.archive_path))
       from job j
       join workflow_task wt on wt.workflow_id = j.workflow_id and wt."order" between j.first_task_index and j.last_task_index
       join task t on t.id = wt.task_id
       join task_group g on g.id = t.task_group_id
      where j.id = $1`,
    [jobId],
  );
}

/** The task at a position of the job. @returns null behind the last one */
export async function findJobTask(db: Queryable, jobId: number, position: number): Promise<JobTask | null> {
  const [row] = await db.query<{ workflowTaskId: number; taskId: number; snapshot: JsonObject }>(
    `select workflow_task_id as "workflowTaskId", task_id as "taskId", snapshot from job_task where job_id = $1 and position = $2`,
    [jobId, position],
  );
  if (row === undefined) return null;
  const { snapshot, ...ids } = row;
  return { ...ids, workflowTask: snapshot.get('workflowTask') as JsonObject, taskGroup: snapshot.get('taskGroup') as JsonObject };
}

/** Output types of the tasks before a position, in order: what they did to the flow of types. */
export async function listEarlierOutputTypes(db: Queryable, jobId: number, position: number): Promise<ReadonlyMap<string, boolean>[]> {
  const rows = await db.query<{ types: ReadonlyMap<string, boolean> | null }>(
    `select snapshot->'workflowTask'->'task'->'output_types' as types from job_task where job_id = $1 and position < $2 order by position`,
    [jobId, position],
  );
  return rows.map(({ types }) => types ?? new Map<string, boolean>());
}
