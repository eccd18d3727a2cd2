import type { Transaction } from '../connection/database.js';

/** A dataset row that this transaction holds: nobody else changes its list of images until the transaction ends. */
export interface LockedDataset {
  readonly id: number;
  readonly projectId: number;
  readonly zarrDir: string;
  readonly imageCount: number;
  /** The position that the next new image gets. */
  readonly nextImagePosition: number;
}

/**
 * Takes the lock under which every write to a list of images happens. One order for everybody, so that no two writers wait for each
 * other: dataset, then images, then values.
 *
 * `no key update` is the weakest lock that excludes other writers: rows that only refer to the dataset (a job, a run) can still be
 * inserted meanwhile.
 *
 * @returns null when there is no such dataset (any more)
 */
export async function lockDataset(transaction: Transaction, datasetId: number): Promise<LockedDataset | null> {
  const rows = await transaction.query<LockedDataset>(
    `select id, project_id as "projectId", zarr_dir as "zarrDir", image_count as "imageCount",
            next_image_position as "nextImagePosition"
       from dataset where id = $1 for no key update`,
    [datasetId],
  );
  return rows[0] ?? null;
}
