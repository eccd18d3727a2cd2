/** One job as squeue shows it. */
export interface QueueRow {
  readonly jobId: string;
  readonly name: string;
  readonly user: string;
  /** SLURM's word, such as `PENDING`. */
  readonly state: string;
  readonly reason: string | null;
  /** As the cluster writes times. */
  readonly submitTime: string | null;
  /** Start, or the estimate of it. */
  readonly startTime: string | null;
}

/** What squeue said. */
export interface QueueAnswer {
  readonly rows: readonly QueueRow[];
  /** Null: what is not among the rows is not in the queue. Else why that cannot be said, for people. */
  readonly flaw: string | null;
}

/** One job as sacct shows it. */
export interface AccountingRow {
  readonly jobId: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly submitTime: string | null;
  readonly exitCode: string | null;
}

/** What the controller says about one job id. */
export type ControllerAnswer =
  /** it has no job of this id, or another one */
  | { readonly kind: 'unknown job' }
  /** it has the job under its name */
  | { readonly kind: 'known job'; readonly jobId: string; readonly state: string; readonly reason: string | null }
  /** nothing that can be relied on; why, for people */
  | { readonly kind: 'no answer'; readonly why: string };
