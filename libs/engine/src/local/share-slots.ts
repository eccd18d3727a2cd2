/** A batch that could use slots. */
export interface SlotDemand {
  readonly batchId: number;
  readonly userId: number;
  /** Most units that it could run at once now. */
  readonly wanted: number;
}

/**
 * Shares the slots of a place fairly: one after the other, round-robin over users, then over a user's batches. Nobody gets more than it wants.
 * @param demands oldest first
 * @param turn grows with time: who comes first changes with it, so that nobody starves where there are fewer slots than batches
 * @returns slots per batch; 0 where none is left
 */
export function shareSlots(total: number, demands: readonly SlotDemand[], turn = 0): Map<number, number> {
  const shares = new Map(demands.map(({ batchId }) => [batchId, 0]));
  let users = userTurns(demands, turn);
  let left = total;
  while (left > 0 && users.length > 0) {
    for (const batches of users.slice(0, left)) {
      const demand = batches.shift();
      if (demand === undefined) continue;
      const share = (shares.get(demand.batchId) ?? 0) + 1;
      shares.set(demand.batchId, share);
      left -= 1;
      if (share < demand.wanted) batches.push(demand);
    }
    users = users.filter((batches) => batches.length > 0);
  }
  return shares;
}

/** The batches of each user, in the order in which they take turns. */
function userTurns(demands: readonly SlotDemand[], turn: number): SlotDemand[][] {
  const users = new Map<number, SlotDemand[]>();
  for (const demand of demands) {
    if (demand.wanted <= 0) continue;
    const batches = users.get(demand.userId);
    if (batches === undefined) users.set(demand.userId, [demand]);
    else batches.push(demand);
  }
  return rotated(
    [...users.values()].map((batches) => rotated(batches, turn)),
    turn,
  );
}

function rotated<T>(items: readonly T[], turn: number): T[] {
  const start = items.length === 0 ? 0 : turn % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
