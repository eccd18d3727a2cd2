import {
  countImagesByStatus,
  findRunningRange,
  listRunsWithWarnings,
  listTasksWithLatestRun,
  NO_IMAGES,
  type ImageCounts,
  type LatestRun,
  type Queryable,
  type TaskWithLatestRun,
} from '@fractal-server/database';
import { boolean, enumOf, integer, lenientModel, nullable, required, type Infer, type TaskType } from '@fractal-server/domain';

const unitStatus = enumOf('HistoryUnitStatus', ['submitted', 'done', 'failed']);

/** A task that will run in the job that is under way, and never ran before. */
export const taskStatusSimple = lenientModel('TaskStatusSimple', { status: required(unitStatus) });

/** A task that ran, with what became of the images. */
export const taskStatusImages = lenientModel('TaskStatusImages', {
  status: required(unitStatus),
  num_submitted_images: required(integer()),
  num_done_images: required(integer()),
  num_failed_images: required(integer()),
  /** Null where images of earlier runs were counted, so that there are more of them than this run had. */
  num_available_images: required(nullable(integer())),
  has_warnings: required(boolean()),
});

/** Null for a task that never ran, and will not in the job that is under way. */
export type TaskStatus = Infer<typeof taskStatusImages> | Infer<typeof taskStatusSimple> | null;

/**
 * How far each task of a workflow is on a dataset (contract: api-execution 5.11). Four statements, however many tasks and images there are.
 * @returns the statuses by id of the workflow task, in the order of the workflow
 */
export async function readTaskStatuses(db: Queryable, workflowId: number, datasetId: number): Promise<Map<string, TaskStatus>> {
  const running = await findRunningRange(db, workflowId, datasetId);
  const tasks = await listTasksWithLatestRun(db, workflowId, datasetId);
  const images = await countImagesByStatus(db, datasetId, idsOf(tasks));
  const warningRuns = await listRunsWithWarnings(db, runsWithUnlinkedUnits(tasks));
  const statusOf = ({ workflowTaskId, order, run }: TaskWithLatestRun): TaskStatus => {
    const willRun = running !== null && order >= running.first && order <= running.last;
    if (run === null) return willRun ? { status: 'submitted' } : null;
    const status = willRun && run.jobId !== running.jobId ? 'submitted' : run.status;
    return { status, ...imagesOf(run, images.get(workflowTaskId) ?? NO_IMAGES, warningRuns.has(run.id)) };
  };
  return new Map(tasks.map((task) => [String(task.workflowTaskId), statusOf(task)]));
}

function imagesOf({ availableImageCount }: LatestRun, { counts, hasWarnings }: ImageCounts, hasRunWarnings: boolean) {
  const { submitted, done, failed } = counts;
  return {
    num_submitted_images: submitted,
    num_done_images: done,
    num_failed_images: failed,
    num_available_images: submitted + done + failed > availableImageCount ? null : availableImageCount,
    has_warnings: hasWarnings || hasRunWarnings,
  };
}

function idsOf(tasks: readonly TaskWithLatestRun[]): number[] {
  return tasks.map(({ workflowTaskId }) => workflowTaskId);
}

/** Types with units that are no image's latest unit: warnings of those are looked for in the newest run (oddity 15). */
const WITH_UNLINKED_UNITS: ReadonlySet<TaskType> = new Set(['compound', 'converter_compound', 'converter_non_parallel']);

function runsWithUnlinkedUnits(tasks: readonly TaskWithLatestRun[]): number[] {
  return tasks.flatMap(({ taskType, run }) => (run !== null && WITH_UNLINKED_UNITS.has(taskType) ? [run.id] : []));
}
