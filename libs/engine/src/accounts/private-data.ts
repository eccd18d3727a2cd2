/** Argument vector that asks for the cluster's configuration. */
export const SCONTROL_SHOW_CONFIG: readonly string[] = ['scontrol', 'show', 'config'];

/** Whether SLURM hides the jobs of others from ordinary users, as that prints it. */
export function hidesJobsOfOthers(stdout: string): boolean {
  const words = /^PrivateData\s*=\s*(.*)$/m.exec(stdout)?.[1] ?? '';
  return /(^|[,\s])(jobs|all)($|[,\s])/i.test(words);
}
