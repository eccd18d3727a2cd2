/** Why a run and its job fail. */
export type JobFailureCode =
  | 'task_failed'
  | 'invalid_task_output'
  | 'invalid_init_output'
  | 'output_not_json'
  | 'output_not_an_object'
  | 'new_image_not_in_zarr_dir'
  | 'removal_of_missing_image'
  | 'non_unique_zarr_urls'
  | 'incompatible_type_filters'
  | 'empty_image_list'
  | 'resource_closed'
  | 'bad_parallel_tasks_per_job'
  | 'too_many_units'
  | 'slurm_config';

/**
 * How the job's log tells a failure: `refused` is a rule that was broken, said in one sentence; `unit` carries what a unit left behind;
 * `unknown` is the form for what the contract does not foresee (contract: runner.md 7.2).
 */
export type JobFailureForm = 'refused' | 'unit' | 'unknown';

/** The user's kind of failure: it ends the job, and its message is for the user. A fault of the site or of ours is never a `JobFailure`. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';

  constructor(
    readonly code: JobFailureCode,
    message: string,
    readonly form: JobFailureForm = 'refused',
  ) {
    super(message);
  }
}
