import type { JobFailure } from '../errors/job-failure.js';
import { EMPTY_TASK_OUTPUT, type TaskOutput } from '../images/task-output.js';
import type { RunStatus } from '../states/run-states.js';
import type { UnitStatus } from '../states/unit-statuses.js';
import type { ParallelizationItem } from './output-schemas.js';
import type { UnitOutcome } from './unit-outcome.js';

/** The outcomes of a run whose units have all ended. */
export type ExecutedRun =
  | { readonly kind: 'non_parallel'; readonly inputUrls: readonly string[]; readonly outcome: UnitOutcome<TaskOutput> }
  | { readonly kind: 'parallel'; readonly inputUrls: readonly string[]; readonly outcomes: readonly UnitOutcome<TaskOutput>[] }
  | {
      readonly kind: 'compound';
      readonly inputUrls: readonly string[];
      readonly init: UnitOutcome<readonly ParallelizationItem[]>;
      /** One for each item; empty when the init part failed or gave no items. */
      readonly compute: readonly UnitOutcome<TaskOutput>[];
    };

/** What follows from the outcomes, before anything is merged. */
export interface RunVerdict {
  readonly runStatus: Exclude<RunStatus, 'submitted'>;
  /** Final statuses in the order in which the units were made: of a compound task the init unit first. */
  readonly unitStatuses: readonly Exclude<UnitStatus, 'submitted'>[];
  /** The first failure by index, which ends the job. */
  readonly failure: JobFailure | undefined;
  /** What the units that did not fail say, in index order; applied even when others failed. */
  readonly goodOutputs: readonly TaskOutput[];
  /** The images that count as updated when the good units say nothing. */
  readonly impliedUpdateUrls: readonly string[];
  /** Units for the accounting record. */
  readonly unitCount: number;
}

/**
 * Judges a run (contract: runner.md 3.3, 4.2–4.4, 7.1). Units of a compound task all end alike; others each for itself.
 *
 * Differences: an invalid init output fails its unit instead of leaving it `submitted` (16.3), and an image counts as updated only when
 * the unit that stands for it is done, so that failed images keep their types and can be run again (16.1).
 */
export function judgeRun(run: ExecutedRun): RunVerdict {
  switch (run.kind) {
    case 'non_parallel':
      return verdict([run.outcome], statusesOfEach([run.outcome]), run.outcome.ok ? run.inputUrls : []);
    case 'parallel':
      return verdict(
        run.outcomes,
        statusesOfEach(run.outcomes),
        run.inputUrls.filter((_, index) => run.outcomes[index]?.ok === true),
      );
    case 'compound':
      return judgeCompoundRun(run);
  }
}

function judgeCompoundRun({ inputUrls, init, compute }: Extract<ExecutedRun, { kind: 'compound' }>): RunVerdict {
  if (!init.ok) return verdict([init], ['failed'], []);
  const isDone = compute.every(({ ok }) => ok);
  const status = isDone ? 'done' : 'failed';
  const statuses = Array.from({ length: 1 + compute.length }, (): typeof status => status);
  const initOutcome: UnitOutcome<TaskOutput> = { ok: true, output: EMPTY_TASK_OUTPUT };
  return verdict([initOutcome, ...compute], statuses, isDone ? inputUrls : []);
}

function verdict(
  outcomes: readonly UnitOutcome<TaskOutput>[],
  unitStatuses: RunVerdict['unitStatuses'],
  impliedUpdateUrls: readonly string[],
): RunVerdict {
  const failed = outcomes.find((outcome) => !outcome.ok);
  return {
    runStatus: failed === undefined ? 'done' : 'failed',
    unitStatuses,
    failure: failed?.failure,
    goodOutputs: outcomes.flatMap((outcome) => (outcome.ok ? [outcome.output] : [])),
    impliedUpdateUrls,
    unitCount: outcomes.length,
  };
}

function statusesOfEach(outcomes: readonly UnitOutcome<unknown>[]): RunVerdict['unitStatuses'] {
  return outcomes.map(({ ok }) => (ok ? 'done' : 'failed'));
}
