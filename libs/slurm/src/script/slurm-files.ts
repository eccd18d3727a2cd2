/** Names of the files that belong to a batch, in its task's folder (contract: slurm.md 4). */
export interface SlurmFiles {
  readonly script: string;
  /** What the SLURM job itself printed, by its id. */
  out(slurmJobId: string): string;
  err(slurmJobId: string): string;
}

/** SLURM puts the id of the job in its place. */
export const SLURM_JOB_ID_PATTERN = '%j';

/** What the names of a batch's files begin with: `non_par`, or `par-` and the number of the batch with six digits. */
export function batchPrefix(part: 'single' | 'parallel', position: number): string {
  return part === 'single' ? 'non_par' : `par-${String(position).padStart(6, '0')}`;
}

/** The files of the batch with the prefix. */
export function slurmFiles(prefix: string): SlurmFiles {
  return {
    script: `${prefix}-slurm-submit.sh`,
    out: (slurmJobId) => `${prefix}-slurm-${slurmJobId}.out`,
    err: (slurmJobId) => `${prefix}-slurm-${slurmJobId}.err`,
  };
}
