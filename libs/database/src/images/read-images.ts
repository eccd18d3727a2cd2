import type { StoredImage } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';
import { toStoredImage, type ImageRow } from './image-row.js';

const COLUMNS = 'position, zarr_url, origin, attributes, types';
const IMAGES_PER_STATEMENT = 5000;

/**
 * The images of a dataset in the order of its list, some thousand at a time. Inside a transaction that holds the dataset
 * (`lockDataset`) they are one consistent state.
 */
export async function* readImages(database: Queryable, datasetId: number): AsyncGenerator<StoredImage[], void, undefined> {
  let after = -1;
  for (;;) {
    const rows = await database.query<ImageRow>(
      `select ${COLUMNS} from image where dataset_id = $1 and position > $2 order by position limit ${IMAGES_PER_STATEMENT}`,
      [datasetId, after],
    );
    if (rows.length > 0) yield rows.map(toStoredImage);
    if (rows.length < IMAGES_PER_STATEMENT) return;
    after = rows.at(-1)!.position;
  }
}

/** The image with exactly this URL. */
export async function findImage(database: Queryable, datasetId: number, zarrUrl: string): Promise<StoredImage | null> {
  const rows = await database.prepared<ImageRow>(
    'find-image',
    `select ${COLUMNS} from image where dataset_id = $1 and url_hash = md5($2)::uuid and zarr_url = $2`,
    [datasetId, zarrUrl],
  );
  return rows[0] === undefined ? null : toStoredImage(rows[0]);
}

/** The images with these URLs, in the order of the list; those that are not in it are left out. Costs what the number of URLs says. */
export async function readImagesByUrl(database: Queryable, datasetId: number, zarrUrls: readonly string[]): Promise<StoredImage[]> {
  const rows = await database.query<ImageRow>(
    `select ${COLUMNS} from image where dataset_id = $1 and url_hash = any(array(select md5(url)::uuid from unnest($2::text[]) as w (url)))
      order by position`,
    [datasetId, zarrUrls],
  );
  return rows.map(toStoredImage);
}
