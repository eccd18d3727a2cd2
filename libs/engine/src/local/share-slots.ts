/** A batch that could use slots. */
export interface SlotDemand {
  readonly batchId: number;
  readonly userId: number;
  readonly jobId: number;
  /** Most units that it could run at once now. */
  readonly wanted: number;
}

/**
 * Shares the slots of a place: one after the other, round-robin over users, then over a user's jobs. Nobody gets more than it wants.
 * @param demands oldest first
 * @returns slots per batch; 0 where none is left
 */
export function shareSlots(total: number, demands: readonly SlotDemand[]): Map<number, number> {
  const slots = new Map(demands.map(({ batchId }) => [batchId, 0]));
  const turns = userTurns(demands);
  let left = total;
  while (left > 0 && turns.length > 0) {
    for (const user of [...turns]) {
      if (left === 0) break;
      const demand = user.shift();
      if (demand === undefined) continue;
      const given = (slots.get(demand.batchId) ?? 0) + 1;
      slots.set(demand.batchId, given);
      left -= 1;
      if (given < demand.wanted) user.push(demand);
    }
    for (let index = turns.length - 1; index >= 0; index -= 1) if (turns[index]?.length === 0) turns.splice(index, 1);
  }
  return slots;
}

/** The batches of each user, in the order in which they take turns. */
function userTurns(demands: readonly SlotDemand[]): SlotDemand[][] {
  const users = new Map<number, SlotDemand[]>();
  for (const demand of demands) {
    if (demand.wanted <= 0) continue;
    const turns = users.get(demand.userId);
    if (turns === undefined) users.set(demand.userId, [demand]);
    else turns.push(demand);
  }
  return [...users.values()];
}
