import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  findRunningRange,
  listRunsWithWarnings,
  listTasksWithLatestRun,
  type ImageCounts,
  type LatestRun,
  type TaskWithLatestRun,
} from '@fractal-server/database';
import type { TaskType } from '@fractal-server/domain';
import { ImageCounter, type TaskThatRan } from './image-counter.js';
import type { TaskStatus } from './task-status.schemas.js';

/** Tells how far the tasks of a workflow are. */
@Injectable()
export class TaskStatuses {
  private readonly counter: ImageCounter;

  constructor(@Inject(Database) private readonly database: Database) {
    this.counter = new ImageCounter(database);
  }

  /**
   * How far each task of a workflow is on a dataset (contract: api-execution 5.11). Clients poll it while a job runs: four statements at
   * most, and images are counted only for tasks that may have changed.
   * @returns the statuses by id of the workflow task, in the order of the workflow
   */
  async read(workflowId: number, datasetId: number): Promise<Map<string, TaskStatus>> {
    const running = await findRunningRange(this.database, workflowId, datasetId);
    const tasks = await listTasksWithLatestRun(this.database, workflowId, datasetId);
    const ran = tasks.filter(hasRun);
    const images = await this.counter.count(datasetId, ran);
    const warningRuns = await listRunsWithWarnings(this.database, runsWithUnlinkedUnits(ran));
    const statusOf = ({ workflowTaskId, order, run }: TaskWithLatestRun): TaskStatus => {
      const willRun = running !== null && order >= running.first && order <= running.last;
      const counts = images.get(workflowTaskId);
      if (run === null || counts === undefined) return willRun ? { status: 'submitted' } : null;
      const status = willRun && run.jobId !== running.jobId ? 'submitted' : run.status;
      return { status, ...imagesOf(run, counts, warningRuns.has(run.id)) };
    };
    return new Map(tasks.map((task) => [String(task.workflowTaskId), statusOf(task)]));
  }
}

function hasRun(task: TaskWithLatestRun): task is TaskThatRan {
  return task.run !== null;
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

/** Types with units that are no image's latest unit: warnings of those are looked for in the newest run (oddity 15). */
const WITH_UNLINKED_UNITS: ReadonlySet<TaskType> = new Set(['compound', 'converter_compound', 'converter_non_parallel']);

function runsWithUnlinkedUnits(tasks: readonly TaskThatRan[]): number[] {
  return tasks.filter(({ taskType }) => WITH_UNLINKED_UNITS.has(taskType)).map(({ run }) => run.id);
}
