/** Which rule of SLURM's configuration was broken. */
export type SlurmConfigErrorCode =
  /** The resource's stored runner configuration does not follow its schema. */
  | 'invalid_resource'
  /** Neither the resource nor the meta says something that every SLURM job needs. */
  | 'missing_value'
  /** A value of the meta has the wrong type or form. */
  | 'invalid_value'
  /** An account outside of the job's request. */
  | 'account_not_allowed'
  /** `tasks_per_job` and `parallel_tasks_per_job` of the meta are not both set, or not positive. */
  | 'bad_batching'
  /** One unit, or one batch, needs more than the resource allows. */
  | 'over_limit'
  /** A text that cannot be written into a submission script without becoming something else. */
  | 'unsafe_text';

/**
 * A run cannot be submitted as it is configured. The message is for the user, who can mend it, or pass it on to the admin.
 * `field` is the key in question, in the words of the resource's schema (`mem`, `batching_config.max_num_jobs`).
 */
export class SlurmConfigError extends Error {
  override readonly name = 'SlurmConfigError';

  constructor(
    readonly code: SlurmConfigErrorCode,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}
