import type { SqueueRow } from '@fractal-server/slurm';

/** What squeue said. */
export interface QueueAnswer {
  readonly rows: readonly SqueueRow[];
  /** Null: what is not among the rows is not in the queue. Else why that cannot be said, for people. */
  readonly flaw: string | null;
}

/** What the controller says about one job id. */
export type ControllerAnswer =
  /** it has no job of this id, or another one */
  | { readonly kind: 'unknown job' }
  /** it has the job under its name */
  | {
      readonly kind: 'known job';
      readonly slurmJobId: string;
      readonly state: string;
      readonly submittedAt: string | null;
      readonly reason: string | null;
    }
  /** nothing that can be relied on; why, for people */
  | { readonly kind: 'no answer'; readonly why: string };
