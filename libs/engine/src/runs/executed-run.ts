import type { EndedUnit } from '@fractal-server/database';
import {
  failedOutcome,
  readInitOutput,
  readTaskOutput,
  unfinishedFailure,
  type ExecutedRun,
  type JobFailure,
  type ParallelizationItem,
  type TaskOutput,
  type UnitOutcome,
} from '@fractal-server/domain';

/**
 * The outcomes of a run from its units' rows, in the order in which the units were made.
 * @param firstFailure why the first failed unit failed; of the others only the fact counts
 */
export function toExecutedRun(units: readonly EndedUnit[], firstFailure: JobFailure | null): ExecutedRun {
  const failure = firstFailure ?? unfinishedFailure('The unit has no result.');
  const taskOutcome = (unit: EndedUnit): UnitOutcome<TaskOutput> => (unit.isOk ? readTaskOutput(unit.output) : failedOutcome(failure));
  const [first] = units;
  if (first === undefined) throw new Error('a run without units cannot be merged');
  switch (first.phase) {
    case 'parallel':
      return { kind: 'parallel', inputUrls: units.map(({ zarrUrls }) => zarrUrls[0] ?? ''), outcomes: units.map(taskOutcome) };
    case 'init': {
      const init: UnitOutcome<readonly ParallelizationItem[]> = first.isOk ? readInitOutput(first.output) : failedOutcome(failure);
      return { kind: 'compound', inputUrls: first.zarrUrls, init, compute: units.slice(1).map(taskOutcome) };
    }
    default:
      return { kind: 'non_parallel', inputUrls: first.zarrUrls, outcome: taskOutcome(first) };
  }
}
