/** A conditional update found its row in another state than the step had read: somebody else moved it. The step is given up. */
export class StateConflictError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateConflictError';
  }
}

/** Waits for an update and insists that it changed exactly one row. @throws StateConflictError */
export async function expectOneRow(update: Promise<number>, conflict: () => string): Promise<void> {
  if ((await update) !== 1) throw new StateConflictError(conflict());
}
