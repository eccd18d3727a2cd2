import { stateWord } from './job-states.js';

/** What is known of the end of a SLURM job. */
export interface SlurmEnd {
  /** As squeue, sacct or scontrol print it; `CANCELLED by 0` says by whom. */
  readonly state: string;
  readonly reason?: string | null;
}

const ENDS: Readonly<Record<string, string>> = {
  BOOT_FAIL: 'the node could not be started',
  CANCELLED: 'the job was cancelled',
  COMPLETED: 'the job completed',
  DEADLINE: "the job's deadline passed",
  FAILED: 'the job failed',
  NODE_FAIL: 'a node failed',
  OUT_OF_MEMORY: 'the job used more memory than it had asked for',
  PREEMPTED: 'the job had to make room for another one',
  SPECIAL_EXIT: 'the job ended with a special exit code',
  TIMEOUT: 'the job reached its time limit',
};

/**
 * How a SLURM job ended, as the cause of units without a result: `TIMEOUT: the job reached its time limit`. The word stays, since
 * admins search for it.
 */
export function describeEnd({ state, reason }: SlurmEnd): string {
  const word = stateWord(state);
  const sentence = (Object.hasOwn(ENDS, word) ? ENDS[word] : undefined) ?? 'the job ended';
  const uid = / by (\d+)/.exec(state)?.[1];
  const by = uid === undefined ? '' : uid === '0' ? ' by an administrator of the cluster' : ` by the account with the number ${uid}`;
  const isTold = reason == null || reason === 'None' || reason === 'NonZeroExitCode' || reason === 'TimeLimit' || reason === 'OutOfMemory';
  return `${word}: ${sentence}${by}${isTold ? '' : ` (${reason})`}`;
}
