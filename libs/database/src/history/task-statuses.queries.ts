import type { RunStatus, TaskType, UnitStatus } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';

/** A workflow task with its newest run on a dataset. */
export interface TaskWithLatestRun {
  readonly workflowTaskId: number;
  /** Position in the workflow as it is now. */
  readonly order: number;
  readonly taskType: TaskType;
  /** Null when the task never ran on the dataset. */
  readonly run: LatestRun | null;
  /** Changes whenever an image comes or goes. */
  readonly imageListState: string;
}

/** The newest run of a workflow task on a dataset. */
export interface LatestRun {
  readonly id: number;
  readonly jobId: number;
  readonly status: RunStatus;
  /** Images that passed the type filters. */
  readonly availableImageCount: number;
}

/** The tasks of a workflow in their order, each with its newest run on the dataset: one look at an index for each task. */
export async function listTasksWithLatestRun(db: Queryable, workflowId: number, datasetId: number): Promise<TaskWithLatestRun[]> {
  const rows = await db.query<Omit<TaskWithLatestRun, 'run'> & { [N in keyof LatestRun]: LatestRun[N] | null }>(
    `select wt.id as "workflowTaskId", wt."order", wt.task_type as "taskType",
            d.image_count || '/' || d.next_image_position as "imageListState", r.id, r.job_id as "jobId", r.status, r.num_available_images as "availableImageCount"
       from workflow_task wt
       join dataset d on d.id = $2
       left join lateral (
         select id, job_id, status, num_available_images from run
          where dataset_id = $2 and workflow_task_id = wt.id order by timestamp_started desc, id desc limit 1) r on true
      where wt.workflow_id = $1 order by wt."order"`,
    [workflowId, datasetId],
  );
  return rows.map(({ workflowTaskId, order, taskType, imageListState, ...run }) => ({
    workflowTaskId,
    order,
    taskType,
    imageListState,
    run: run.id === null ? null : (run as LatestRun),
  }));
}

/** What became of the images of a dataset in a workflow task, by the latest unit of each. */
export interface ImageCounts {
  readonly counts: Readonly<Record<UnitStatus, number>>;
  /** Some image's latest unit ended with warnings. */
  readonly hasWarnings: boolean;
}

/**
 * Counts for some workflow tasks at once. Units are found through the runs of each task, so that the cost is that of the task's own units
 * and images, however many there are of others.
 */
export async function countImagesByStatus(
  db: Queryable,
  datasetId: number,
  workflowTaskIds: readonly number[],
): Promise<Map<number, ImageCounts>> {
  if (workflowTaskIds.length === 0) return new Map();
  const rows = await db.query<{ workflowTaskId: number; hasWarnings: boolean } & Record<UnitStatus, number>>(
    `select t.id as "workflowTaskId", c.*
       from unnest($2::integer[]) as t (id)
      cross join lateral (
        select coalesce(bool_or(u.has_warnings), false) as "hasWarnings", count(*) filter (where u.status = 'submitted') as submitted,
               count(*) filter (where u.status = 'done') as done, count(*) filter (where u.status = 'failed') as failed
          from run r
          join unit u on u.run_id = r.id
          join image_unit iu on iu.unit_id = u.id and iu.workflow_task_id = t.id and iu.dataset_id = $1
         where r.dataset_id = $1 and r.workflow_task_id = t.id) c`,
    [datasetId, workflowTaskIds],
  );
  return new Map(
    rows.map(({ workflowTaskId, hasWarnings, submitted, done, failed }) => [
      workflowTaskId,
      { counts: { submitted, done, failed }, hasWarnings },
    ]),
  );
}

/** Of these runs those in which a unit ended with warnings. */
export async function listRunsWithWarnings(db: Queryable, runIds: readonly number[]): Promise<Set<number>> {
  const rows = await db.query<{ id: number }>(
    `select r.id from unnest($1::integer[]) as r (id) where exists (select from unit u where u.run_id = r.id and u.has_warnings)`,
    [runIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The range of tasks, by position, of the job that works on the dataset now; null when that is none, or one of another workflow. */
export async function findRunningRange(
  db: Queryable,
  workflowId: number,
  datasetId: number,
): Promise<{ readonly jobId: number; readonly first: number; readonly last: number } | null> {
  const [row] = await db.query<{ jobId: number; first: number; last: number }>(
    `select id as "jobId", first_task_index as first, last_task_index as last
       from job where dataset_id = $2 and status = 'submitted' and workflow_id = $1`,
    [workflowId, datasetId],
  );
  return row ?? null;
}
