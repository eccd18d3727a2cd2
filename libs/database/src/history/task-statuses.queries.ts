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
            r.id, r.job_id as "jobId", r.status, r.num_available_images as "availableImageCount"
       from workflow_task wt
       left join lateral (
         select id, job_id, status, num_available_images from run
          where dataset_id = $2 and workflow_task_id = wt.id order by timestamp_started desc, id desc limit 1) r on true
      where wt.workflow_id = $1 order by wt."order"`,
    [workflowId, datasetId],
  );
  return rows.map(({ workflowTaskId, order, taskType, ...run }) => ({
    workflowTaskId,
    order,
    taskType,
    run: run.id === null ? null : (run as LatestRun),
  }));
}

/** What became of the images of a dataset in a workflow task, by the latest unit of each. */
export interface ImageCounts {
  readonly counts: Readonly<Record<UnitStatus, number>>;
  /** Some image's latest unit ended with warnings. */
  readonly hasWarnings: boolean;
}

/** What an image list that no unit worked on amounts to. */
export const NO_IMAGES: ImageCounts = { counts: { submitted: 0, done: 0, failed: 0 }, hasWarnings: false };

/** Counts for some workflow tasks at once; those without images are missing. Images are counted per unit first, from an index alone. */
export async function countImagesByStatus(
  db: Queryable,
  datasetId: number,
  workflowTaskIds: readonly number[],
): Promise<Map<number, ImageCounts>> {
  const rows = await db.query<{ workflowTaskId: number; hasWarnings: boolean } & Record<UnitStatus, number>>(
    `select c.workflow_task_id as "workflowTaskId", bool_or(u.has_warnings) as "hasWarnings",
            coalesce(sum(c.images) filter (where u.status = 'submitted'), 0)::integer as submitted,
            coalesce(sum(c.images) filter (where u.status = 'done'), 0)::integer as done,
            coalesce(sum(c.images) filter (where u.status = 'failed'), 0)::integer as failed
       from (
         select workflow_task_id, unit_id, count(*) as images from image_unit
          where workflow_task_id = any($2) and dataset_id = $1 group by workflow_task_id, unit_id) c
       join unit u on u.id = c.unit_id
      group by c.workflow_task_id`,
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
