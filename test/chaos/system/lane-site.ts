/** Where the units of a lane run, as the API is told. */
export interface LaneSite {
  readonly type: 'local' | 'slurm_sudo' | 'slurm_ssh';
  /** Where datasets go. */
  readonly projectDir: string;
  /** Fields of the resource, beyond those of every lane's. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** Fields of the profile, beyond those of every lane's. */
  readonly profile: Readonly<Record<string, unknown>>;
}

/** This machine. */
export function localSite(projectDir: string): LaneSite {
  return { type: 'local', projectDir, resource: { jobs_poll_interval: 0, jobs_runner_config: {} }, profile: {} };
}
