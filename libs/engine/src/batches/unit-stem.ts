import type { EngineBatch } from '@fractal-server/database';
import { NON_PARALLEL_STEM, parallelStem } from '@fractal-server/domain';

/** What the names of a unit's files begin with (contract: runner.md 8.1). */
export function unitStem({ phase, spec }: EngineBatch, index: number): string {
  const isParallel = phase === 'parallel' || phase === 'compute';
  return isParallel ? parallelStem(index, spec.get('unitsPerName') as number | null) : NON_PARALLEL_STEM;
}
