import type { BatchPhase, EngineBatch } from '@fractal-server/database';
import { NON_PARALLEL_STEM, parallelStem } from '@fractal-server/domain';

/** Whether the units of a phase are those of a parallel task or a compute part. */
export function isParallelPhase(phase: BatchPhase): boolean {
  return phase === 'parallel' || phase === 'compute';
}

/** What the names of a unit's files begin with (contract: runner.md 8.1). */
export function unitStem({ phase, spec }: EngineBatch, index: number): string {
  return isParallelPhase(phase) ? parallelStem(index, spec.get('unitsPerName') as number | null) : NON_PARALLEL_STEM;
}
