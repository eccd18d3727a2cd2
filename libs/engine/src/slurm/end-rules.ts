/** When a SLURM job that has ended without its runner's last word counts as over. */
export interface EndRules {
  /** Seconds after the end for which the runner's last words are waited for: a network file system may show them late. */
  readonly graceSeconds: number;
  /** Seconds for which its heartbeat has to be seen unchanged: a node that SLURM has lost may still be working. */
  readonly silenceSeconds: number;
  /** The same for a SLURM job that nobody shows: a runner that could not write its heartbeat for 5 minutes has ended its units and itself. */
  readonly fenceSeconds: number;
}

/** A minute; twice the time between two heartbeats, and a little more; twice those 5 minutes. */
export const END_RULES: EndRules = { graceSeconds: 60, silenceSeconds: 22, fenceSeconds: 600 };
