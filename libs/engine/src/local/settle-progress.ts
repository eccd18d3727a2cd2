import { settleUnits, type BatchAttempt, type EngineBatch, type ResultsPosition } from '@fractal-server/database';
import { readProgress } from '@fractal-server/execution';
import { isOwnEnd, settledUnit } from '../batches/settled-unit.js';
import { turnsAtOnce } from '../batches/settle-batch.js';
import type { BatchStep } from '../batches/batch-step.js';
import { engineFailPoints } from '../fail-points.js';

/**
 * Settles what the runner has written since the last look: one statement for all results, however many. A unit that was ended, or that
 * failed for lack of disk, waits for the end of the attempt: whether it fails or runs again is decided there.
 * @returns the batch as it stands now
 */
export async function settleProgress(step: BatchStep, attempt: BatchAttempt): Promise<EngineBatch> {
  let { batch } = step;
  for (;;) {
    const news = await readProgress(attempt.folder, batch.results);
    const position: ResultsPosition = news.cursor;
    if (position.offset === batch.results.offset) return batch;
    const units = await Promise.all(news.results.filter(isOwnEnd).map((result) => settledUnit(batch, result)));
    engineFailPoints.before('progress');
    await step.lease.transaction((tx) =>
      settleUnits(tx, {
        batchId: batch.id,
        runId: batch.runId,
        units,
        position,
        startedCount: news.started.length,
        turnStatuses: turnsAtOnce(batch),
      }),
    );
    engineFailPoints.after('progress');
    batch = { ...batch, results: position };
    if (!news.more) return batch;
  }
}
