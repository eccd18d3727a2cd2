import { giveUpPlaceOfBatch, secondsSincePlaceWasSeen, type EngineJob, type Lease } from '@fractal-server/database';
import type { BatchState } from '@fractal-server/domain';
import type { EngineContext } from '../engine-context.js';

interface OpenBatch {
  readonly id: number;
  readonly state: BatchState;
  readonly place: string | null;
}

/**
 * Says so when a job's units run at a place that no worker serves any more and, after a day, gives that place up: any worker may then
 * settle the batch (engine rules, 5).
 * @returns why the job waits, if it does
 */
export async function watchPlaces(
  context: EngineContext,
  lease: Lease,
  job: EngineJob,
  batches: readonly OpenBatch[],
): Promise<{ waitingReason?: string }> {
  for (const { id, place } of batches) {
    if (place === null || place === context.place.name) continue;
    const silent = await secondsSincePlaceWasSeen(context.database, place);
    if (silent !== null && silent < context.placeSilentSeconds) continue;
    if (silent === null || silent > context.placeLostSeconds) {
      context.logger.warn({ job: job.id, batch: id, place }, 'the place of a batch is given up');
      await lease.transaction((tx) => giveUpPlaceOfBatch(tx, id));
      context.nudge({ kind: 'batch', id });
      continue;
    }
    return { waitingReason: `no worker at place "${place}" for ${Math.round(silent)} s` };
  }
  return {};
}
