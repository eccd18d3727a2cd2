import type { EngineBatch } from '@fractal-server/database';
import PQueue from 'p-queue';

/** Batches that one process prepares at the same time: preparing is work of processor, disk and database, not waiting. */
const AT_ONCE = 4;

/** The states before a submission, in their order. */
const BEFORE_SUBMISSION: readonly EngineBatch['state'][] = ['planned', 'staged', 'submitting'];

/**
 * What comes before `sbatch`, for few batches at a time, and for those first that are nearest to it: of many batches the first is in SLURM's
 * queue while the others are still written.
 */
export class Preparation {
  private readonly queue = new PQueue({ concurrency: AT_ONCE });

  /** Does one part of it when the batch's turn comes. @throws what the work throws */
  run<T>({ state }: Pick<EngineBatch, 'state'>, work: () => Promise<T>): Promise<T> {
    return this.queue.add(work, { priority: BEFORE_SUBMISSION.indexOf(state) });
  }
}
