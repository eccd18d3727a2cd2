import { countImagesByStatus, type Database, type ImageCounts, type LatestRun, type TaskWithLatestRun } from '@fractal-server/database';

/** A workflow task that has run on the dataset. */
export type TaskThatRan = TaskWithLatestRun & { readonly run: LatestRun };

/** Tasks whose counts are kept. */
const MAX_KEPT = 2_000;

/**
 * Counts the images of workflow tasks by status. A count costs as much as there are images, but it only changes while the newest run is
 * under way, or when an image comes or goes: counts of ended runs are kept, each for the state of the list that it was made of.
 */
export class ImageCounter {
  /** Oldest first. */
  private readonly kept = new Map<string, ImageCounts>();

  constructor(private readonly database: Database) {}

  async count(datasetId: number, tasks: readonly TaskThatRan[]): Promise<Map<number, ImageCounts>> {
    const known = new Map<number, ImageCounts>();
    const unknown: TaskThatRan[] = [];
    for (const task of tasks) {
      const counts = this.kept.get(keyOf(task));
      if (counts === undefined) unknown.push(task);
      else known.set(task.workflowTaskId, counts);
    }
    const ids = unknown.map(({ workflowTaskId }) => workflowTaskId);
    const counted = await countImagesByStatus(this.database, datasetId, ids);
    for (const task of unknown) this.keep(task, counted.get(task.workflowTaskId));
    return new Map([...known, ...counted]);
  }

  private keep(task: TaskThatRan, counts: ImageCounts | undefined): void {
    if (counts === undefined || task.run.status === 'submitted') return;
    this.kept.set(keyOf(task), counts);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_KEPT) break;
      this.kept.delete(oldest);
    }
  }
}

/** A run belongs to one workflow task and one dataset. */
function keyOf({ run, imageListState }: TaskThatRan): string {
  return `${run.id}/${run.status}/${imageListState}`;
}
