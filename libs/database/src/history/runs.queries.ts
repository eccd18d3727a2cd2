import type { JsonObject } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';

/** A run as clients see it, with its units counted. */
export interface ShownRun {
  readonly id: number;
  readonly timestampStarted: string;
  /** The workflow task and its task as they were when the job ran. */
  readonly workflowTaskDump: JsonObject;
  readonly submittedUnitCount: number;
  readonly doneUnitCount: number;
  readonly failedUnitCount: number;
  readonly unitsWithWarningsCount: number;
  /** The following are of the task as it is now; null once it was deleted. */
  readonly argsSchemaParallel: JsonObject | null;
  readonly argsSchemaNonParallel: JsonObject | null;
  readonly version: string | null;
}

/** The runs of a workflow task on a dataset, oldest first: clients number them. */
export async function listShownRuns(db: Queryable, datasetId: number, workflowTaskId: number): Promise<ShownRun[]> {
  return db.query<ShownRun>(
    `select r.id, r.timestamp_started as "timestampStarted", r.workflow_task_dump as "workflowTaskDump",
            n.submitted as "submittedUnitCount", n.done as "doneUnitCount", n.failed as "failedUnitCount",
            n.warnings as "unitsWithWarningsCount", t.args_schema_parallel as "argsSchemaParallel",
            t.args_schema_non_parallel as "argsSchemaNonParallel", t.version
       from run r
       left join task t on t.id = r.task_id
      cross join lateral (
        select count(*) filter (where status = 'submitted') as submitted, count(*) filter (where status = 'done') as done,
               count(*) filter (where status = 'failed') as failed, count(*) filter (where has_warnings) as warnings
          from unit where run_id = r.id) n
      where r.dataset_id = $1 and r.workflow_task_id = $2 order by r.timestamp_started, r.id`,
    [datasetId, workflowTaskId],
  );
}

/** What a run worked on. */
export interface RunRelation {
  readonly datasetId: number;
  /** Null once the workflow task was deleted. */
  readonly workflowTaskId: number | null;
}

/** @returns null when there is no such run */
export async function findRunRelation(db: Queryable, runId: number): Promise<RunRelation | null> {
  const [row] = await db.query<RunRelation>(
    'select dataset_id as "datasetId", workflow_task_id as "workflowTaskId" from run where id = $1',
    [runId],
  );
  return row ?? null;
}
