import { readTimestamp } from './timestamp.js';

/** What a command printed, and how it ended (null: it was ended from outside). */
export interface CommandOutput {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Argument vector of the question whether the controller answers at all. */
export const SCONTROL_PING: readonly string[] = ['scontrol', 'ping'];

/** Whether a controller said that it is up. Anything else, also silence, is a no. */
export function isControllerUp({ exitCode, stdout }: CommandOutput): boolean {
  return exitCode === 0 && /^Slurmctld\([^)]*\) at .* is UP$/m.test(stdout);
}

/** Argument vector that asks for one job by its id. */
export function scontrolShowJobArguments(slurmJobId: string): readonly string[] {
  return ['scontrol', '--oneliner', 'show', 'job', slurmJobId];
}

/** What the controller knows of an id. `unknown` is its word that there is no such job; `unclear`: it did not say. */
export type ShownJob =
  | {
      readonly kind: 'job';
      readonly name: string;
      /** In SLURM's words, see `phaseOf`. */
      readonly state: string;
      readonly submittedAt: string | null;
      readonly reason: string | null;
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unclear' };

/** Reads what that printed. A name of ours has no blanks; one of somebody else's is cut at its first. */
export function readShownJob({ exitCode, stdout, stderr }: CommandOutput): ShownJob {
  if (exitCode !== 0) return { kind: /Invalid job id specified\s*$/.test(stderr) && stdout.trim() === '' ? 'unknown' : 'unclear' };
  const line = stdout.split('\n').find((text) => text.startsWith('JobId='));
  if (line === undefined) return { kind: 'unclear' };
  const field = (key: string) => new RegExp(`(?:^| )${key}=(\\S*)`).exec(line)?.[1];
  const name = field('JobName');
  const state = field('JobState');
  if (name === undefined || state === undefined) return { kind: 'unclear' };
  const reason = field('Reason') ?? 'None';
  return { kind: 'job', name, state, submittedAt: readTimestamp(field('SubmitTime') ?? ''), reason: reason === 'None' ? null : reason };
}
