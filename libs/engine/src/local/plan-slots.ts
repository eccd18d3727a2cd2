import { shareSlots, type SlotDemand } from './share-slots.js';

/** A batch under its runner. */
export interface RunningBatch extends SlotDemand {
  /** Units that run now. */
  readonly running: number;
  /** What its runner was last told; null before it was told anything. */
  readonly told: number | null;
}

/** What runners are to be told. */
export interface SlotPlan {
  /** Batches that get fewer slots. They are told first: their runners may start a unit until they know. */
  readonly lowered: ReadonlyMap<number, number>;
  /** Batches that get more slots, of those that are free. To be told only when nobody had to be lowered. */
  readonly raised: ReadonlyMap<number, number>;
}

/**
 * Plans what to tell the runners of a place so that never more than `total` units run at once, although no unit is stopped: a batch above its
 * share keeps what runs, and others get more only of what is free.
 */
export function planSlots(total: number, batches: readonly RunningBatch[], turn = 0): SlotPlan {
  const shares = shareSlots(total, batches, turn);
  const shareOf = ({ batchId }: RunningBatch): number => shares.get(batchId) ?? 0;
  const lowered = new Map(
    batches.filter((batch) => batch.told !== null && batch.told > shareOf(batch)).map((batch) => [batch.batchId, shareOf(batch)]),
  );
  const held = (batch: RunningBatch): number => Math.max(batch.running, Math.min(batch.told ?? 0, shareOf(batch)));
  let free = total - batches.reduce((sum, batch) => sum + held(batch), 0);
  const raised = new Map<number, number>();
  for (const batch of batches) {
    const told = batch.told ?? 0;
    const more = Math.min(shareOf(batch) - Math.max(told, batch.running), Math.max(0, free));
    if (more <= 0) continue;
    free -= more;
    raised.set(batch.batchId, Math.max(told, batch.running) + more);
  }
  return { lowered, raised };
}
