import type { Queryable } from '../connection/database.js';

/** Forgets which units worked on an image of a dataset, in all workflow tasks. The units themselves stay. */
export async function forgetImageUnits(db: Queryable, datasetId: number, zarrUrl: string): Promise<void> {
  await db.execute('delete from image_unit where dataset_id = $1 and url_hash = md5($2)::uuid and zarr_url = $2', [datasetId, zarrUrl]);
}
