/** A dataset without its images, as stored. */
export interface Dataset {
  readonly id: number;
  readonly name: string;
  readonly projectId: number;
  /** A property of the dataset, the same for all members of the project. */
  readonly isStarred: boolean;
  /** ISO text with microseconds. */
  readonly timestampCreated: string;
  /** The folder below which its images lie; never changes. */
  readonly zarrDir: string;
  readonly imageCount: number;
}

/** The columns of a dataset `d`, named as the fields of `Dataset`. */
export const DATASET_COLUMNS = /* sql */ `
  d.id, d.name, d.project_id "projectId", d.is_starred "isStarred", d.timestamp_created "timestampCreated", d.zarr_dir "zarrDir",
  d.image_count "imageCount"`;
