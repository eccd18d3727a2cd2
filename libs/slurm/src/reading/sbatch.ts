import type { CommandOutput } from './scontrol.js';
import { readSubmitRefusal, type SubmitRefusal } from './submit-refusal.js';

/**
 * What became of a submission. `doubt`: nobody knows whether SLURM has the job; only its name can tell.
 * In doubt, `refusal` says what was said, if anything was.
 */
export type SubmitAnswer =
  | { readonly kind: 'accepted'; readonly slurmJobId: string; readonly cluster: string | null }
  | { readonly kind: 'refused'; readonly refusal: SubmitRefusal }
  | { readonly kind: 'doubt'; readonly refusal: SubmitRefusal | null };

/**
 * Argument vector of a submission. The name is what the attempt is found by; both options win over those of the script
 * (engine.md 7: a requeued job would run its units a second time).
 * @param script path of the script; without it sbatch reads its standard input
 */
export function sbatchArguments(attemptName: string, script?: string): readonly string[] {
  const options = ['sbatch', '--parsable', '--no-requeue', `--job-name=${attemptName}`];
  return script === undefined ? options : [...options, script];
}

/** Reads what sbatch did. The id counts only where it is the last line and sbatch ended well. */
export function readSubmission({ exitCode, stdout, stderr }: CommandOutput): SubmitAnswer {
  const id = readSlurmJobId(stdout);
  if (exitCode === 0) return id === null ? { kind: 'doubt', refusal: null } : { kind: 'accepted', ...id };
  const refusal = readSubmitRefusal(stderr);
  const isCertain = refusal.isCertain && exitCode !== null && id === null;
  return { kind: isCertain ? 'refused' : 'doubt', refusal };
}

/** `123` or `123;cluster` on the last line that is not empty. */
function readSlurmJobId(stdout: string): { slurmJobId: string; cluster: string | null } | null {
  const match = /^(\d+)(?:;([\w.-]+))?$/.exec(stdout.trimEnd().split('\n').at(-1)!.trim());
  return match === null ? null : { slurmJobId: match[1]!, cluster: match[2] ?? null };
}
