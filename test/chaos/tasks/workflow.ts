import { fileURLToPath } from 'node:url';

/** The script of all tasks. */
export const UNIT_SCRIPT = fileURLToPath(new URL('./unit.sh', import.meta.url));

/** While a file of this name lies beside the script, the units of `measure` run on. */
export const HOLD_FILE = 'hold';

/** A task of the suite's workflow, as the API takes it. */
export interface ChaosTask {
  readonly name: string;
  readonly type: 'converter_non_parallel' | 'parallel' | 'compound' | 'non_parallel';
  /** Parts of the script for the two commands. */
  readonly nonParallel?: string;
  readonly parallel?: string;
  /** Units that it runs when nothing is disturbed. */
  readonly units: number;
}

/** One task of each kind, tens of units: what every job of the suite runs. */
export const CHAOS_TASKS: readonly ChaosTask[] = [
  { name: 'convert', type: 'converter_non_parallel', nonParallel: 'convert', units: 1 },
  { name: 'measure', type: 'parallel', parallel: 'measure', units: 24 },
  { name: 'project', type: 'compound', nonParallel: 'prepare', parallel: 'project', units: 13 },
  { name: 'tidy', type: 'non_parallel', nonParallel: 'tidy', units: 1 },
];

/** The command of one part of a task. @param script copy of {@link UNIT_SCRIPT} beside which the journal is written */
export function commandOf(script: string, part: string | undefined): string | null {
  return part === undefined ? null : `/bin/sh ${script} ${part}`;
}
