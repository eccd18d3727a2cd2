import { cleanText } from '@fractal-server/domain';

/** What SLURM says of steps that wait their turn: nothing went wrong (contract: slurm.md 8.5). */
const HARMLESS: readonly string[] = [
  'step creation temporarily disabled, retrying',
  'step creation still disabled, retrying',
  'srun: step created for stepid=',
  "srun: warning: can't run 1 processes on ",
];

/**
 * What a SLURM job said of errors, for `executor_error_log`: its standard error without harmless lines, storable in PostgreSQL; null when
 * nothing is left but blanks.
 *
 * Difference: line ends are not doubled (contract: slurm.md 8.5), and NUL characters are no error (contract: lessons.md 9).
 */
export function cleanStderr(stderr: string): string | null {
  const kept = stderr.split('\n').filter((line) => !HARMLESS.some((phrase) => line.toLowerCase().includes(phrase)));
  const text = cleanText(kept.join('\n'));
  return text.trim() === '' ? null : text;
}
