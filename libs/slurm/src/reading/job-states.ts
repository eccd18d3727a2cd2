/**
 * What a state word of SLURM means for an attempt. `ending`: SLURM has decided that the job ends, and still cleans up behind it. `unclear`: a
 * word that is newer than we are, or that says that the job is elsewhere; it changes nothing.
 */
export type JobPhase = 'waiting' | 'running' | 'ending' | 'ended' | 'unclear';

const PHASES: ReadonlyMap<string, JobPhase> = new Map<string, JobPhase>([
  ['PENDING', 'waiting'],
  ['CONFIGURING', 'waiting'],
  ['REQUEUED', 'waiting'],
  ['REQUEUE_FED', 'waiting'],
  ['REQUEUE_HOLD', 'waiting'],
  ['RESV_DEL_HOLD', 'waiting'],
  ['RUNNING', 'running'],
  ['SUSPENDED', 'running'],
  ['RESIZING', 'running'],
  ['SIGNALING', 'running'],
  ['STOPPED', 'running'],
  ['COMPLETING', 'ending'],
  ['STAGE_OUT', 'ending'],
  // The words that end a SLURM job (contract: slurm.md 8.1).
  ['BOOT_FAIL', 'ended'],
  ['CANCELLED', 'ended'],
  ['COMPLETED', 'ended'],
  ['DEADLINE', 'ended'],
  ['FAILED', 'ended'],
  ['NODE_FAIL', 'ended'],
  ['OUT_OF_MEMORY', 'ended'],
  ['PREEMPTED', 'ended'],
  ['SPECIAL_EXIT', 'ended'],
  ['TIMEOUT', 'ended'],
]);

/** The phase of a state as squeue, sacct or scontrol print it. sacct's `CANCELLED by 0` and `CANCELLED+` are `CANCELLED`. */
export function phaseOf(state: string): JobPhase {
  return PHASES.get(stateWord(state)) ?? 'unclear';
}

/** The state without what sacct adds to it. */
export function stateWord(state: string): string {
  return /^[A-Z_]*/.exec(state)![0];
}
