/** Argument vector that asks for the cluster's configuration. */
export const SCONTROL_SHOW_CONFIG: readonly string[] = ['scontrol', 'show', 'config'];

/** Whether SLURM hides the jobs of others from ordinary users, as that prints it. */
export function hidesJobsOfOthers(stdout: string): boolean {
  return /(^|[,\s])(jobs|all)($|[,\s])/i.test(valueOf(stdout, 'PrivateData') ?? '');
}

/**
 * Seconds between SLURM's SIGTERM and its SIGKILL for a job that reached its time limit, was cancelled or has to make room, as that prints it.
 * @returns null where it does not say
 */
export function readKillWait(stdout: string): number | null {
  const seconds = /^(\d{1,6}) sec$/.exec(valueOf(stdout, 'KillWait') ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds);
}

function valueOf(stdout: string, key: string): string | null {
  return new RegExp(`^${key}\\s*=\\s*(.*?)\\s*$`, 'm').exec(stdout)?.[1] ?? null;
}
