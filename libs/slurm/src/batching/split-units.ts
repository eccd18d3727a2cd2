/** Units of one batch: the first one's place in the phase, and how many follow it. */
export interface BatchSlice {
  /** Number of the batch in file names (contract: slurm.md 3.4). */
  readonly position: number;
  readonly firstUnit: number;
  readonly unitCount: number;
}

/** Consecutive slices of `unitsPerBatch` units; the last one may be smaller. */
export function splitUnits(unitCount: number, unitsPerBatch: number): BatchSlice[] {
  return Array.from({ length: Math.ceil(unitCount / unitsPerBatch) }, (_, position) => {
    const firstUnit = position * unitsPerBatch;
    return { position, firstUnit, unitCount: Math.min(unitsPerBatch, unitCount - firstUnit) };
  });
}
