type Fields = Record<string, unknown>;

/** What a job left behind, in the words of the vectors. */
export interface VectorOutcome {
  readonly images: readonly Fields[];
  readonly history_runs: readonly Fields[];
  readonly history_units: readonly Fields[];
  readonly image_cache: readonly { workflow_task: number; zarr_url: string; unit: number }[];
  readonly accounting: readonly Fields[];
  readonly task_arguments: Fields;
  readonly files: readonly string[];
  /** Form of the job's log. */
  readonly error: string | null;
}

/** Turns what the reference left behind into what we do. */
type Exception = (reference: VectorOutcome) => VectorOutcome;

const allFailed = (rows: readonly Fields[]): Fields[] => rows.map((row) => ({ ...row, status: 'failed' }));

/** Oddity 16.1: an image of a failed unit does not count as updated, so that it can be selected and run again. */
const failedImagesKeepTheirTypes: Exception = (reference) => ({
  ...reference,
  images: reference.images.map((image) => {
    const isFailed = reference.history_units.some(
      (unit) => unit['status'] === 'failed' && (unit['zarr_urls'] as string[]).includes(image['zarr_url'] as string),
    );
    const { done: _done, ...types } = image['types'] as Fields;
    return isFailed ? { ...image, types } : image;
  }),
});

/** Oddity 16.2: where outputs cannot be merged, the run is failed with its units. */
const runIsFailed: Exception = (reference) => ({ ...reference, history_runs: allFailed(reference.history_runs) });

/** Oddity 16.3: an init unit with an invalid output is failed. */
const unitsAreFailed: Exception = (reference) => ({ ...reference, history_units: allFailed(reference.history_units) });

/** Oddity 16.4: an output that is no object is an invalid output like any other: its unit failed, and it counts. */
const noObjectIsInvalidOutput: Exception = (reference) => ({
  ...unitsAreFailed(reference),
  accounting: [{ num_tasks: reference.history_units.length, num_new_images: 0 }],
});

/** Oddity 16.5: a sibling folder whose name begins with the same letters is not below the dataset's folder. */
const siblingFolderIsOutside: Exception = (reference) => ({
  ...runIsFailed(unitsAreFailed(reference)),
  images: reference.images.filter((image) => !String(image['zarr_url']).startsWith('/d/zarr_2/')),
  accounting: [],
  error: 'job execution error',
});

/** What meta may not hold is refused before a unit exists, so that none stays `submitted` (contract: runner.md 11). */
const refusedBeforeAnyUnit: Exception = (reference) => ({ ...reference, history_units: [], image_cache: [] });

const exceptions: Readonly<Record<string, Exception>> = {
  W02: failedImagesKeepTheirTypes,
  W17: unitsAreFailed,
  W18: unitsAreFailed,
  W19: unitsAreFailed,
  W40: runIsFailed,
  W41: runIsFailed,
  W42: siblingFolderIsOutside,
  W46: runIsFailed,
  W49: runIsFailed,
  W50: runIsFailed,
  W53: failedImagesKeepTheirTypes,
  W59: noObjectIsInvalidOutput,
  W60: noObjectIsInvalidOutput,
  W91: refusedBeforeAnyUnit,
  W92: refusedBeforeAnyUnit,
};

/** What we do differently from the reference in a vector, where the vector shows an oddity that only hurts. */
export function exceptionOf(id: string): Exception | undefined {
  return exceptions[id];
}
