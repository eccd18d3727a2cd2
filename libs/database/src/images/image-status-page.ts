import type { ImageStatus, StoredImage } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';
import { HIT, hitParameters, type ImageFilter } from './image-filter.js';
import { toStoredImage, type ImageRow } from './image-row.js';
import { POSITIONS_PER_BLOCK } from './image-writer.sql.js';

/** An image with what its latest unit for a workflow task says. */
export interface ImageWithStatus extends StoredImage {
  readonly status: ImageStatus;
  /** Whether that unit ended with warnings; false without a unit. */
  readonly hasWarnings: boolean;
}

/** Some images of a dataset that pass a filter, sorted by URL. */
export interface ImageStatusPage {
  /** How many images pass the filter. */
  readonly totalCount: number;
  /** The images of this page, some at a time. One that is removed meanwhile is left out. */
  batches(): AsyncGenerator<ImageWithStatus[], void, undefined>;
}

const IMAGES_PER_BATCH = 500;

/**
 * Sorting by URL looks at every image that passes anyway: one walk over the images of the dataset, each with the bits of its block, costs a
 * fifth of looking each of them up. Only what is sorted by is carried along.
 */
const POSITIONS = /* sql */ `
with ${HIT}
select (select coalesce(sum(bit_count(bits)), 0)::bigint from hit) as total,
       array(
         select i.position
           from hit
           join image i on i.position / ${POSITIONS_PER_BLOCK} = hit.block
          where i.dataset_id = $1 and get_bit(hit.bits, (i.position % ${POSITIONS_PER_BLOCK})::integer) = 1
          order by i.zarr_url collate "C"
         offset $9 limit $10
       ) as positions`;

const IMAGES = /* sql */ `
select i.position, i.zarr_url, i.origin, i.attributes, i.types,
       coalesce(u.status, 'unset') as status, coalesce(u.has_warnings, false) as has_warnings
  from unnest($3::bigint[]) with ordinality as wanted (position, place)
  join image i on i.dataset_id = $1 and i.position = wanted.position
  left join image_unit iu on iu.dataset_id = $1 and iu.workflow_task_id = $2 and iu.url_hash = i.url_hash
  left join unit u on u.id = iu.unit_id
 order by wanted.place`;

interface StatusRow extends ImageRow {
  readonly status: ImageStatus;
  readonly has_warnings: boolean;
}

/**
 * A part of the images that pass the filter, sorted by URL, with their status for a workflow task. `filter.status`, when given, must name
 * the same workflow task.
 *
 * @param limit null for all
 */
export async function queryImageStatuses(
  database: Queryable,
  datasetId: number,
  workflowTaskId: number,
  filter: ImageFilter,
  { offset, limit }: { offset: number; limit: number | null },
): Promise<ImageStatusPage> {
  const parameters = [...hitParameters(datasetId, filter), offset, limit];
  const [found] = await database.query<{ total: number; positions: readonly string[] }>(POSITIONS, parameters);
  const { total: totalCount = 0, positions = [] } = found ?? {};
  return { totalCount, batches: () => readBatches(database, datasetId, workflowTaskId, positions) };
}

async function* readBatches(
  database: Queryable,
  datasetId: number,
  workflowTaskId: number,
  positions: readonly string[],
): AsyncGenerator<ImageWithStatus[], void, undefined> {
  for (let start = 0; start < positions.length; start += IMAGES_PER_BATCH) {
    const part = positions.slice(start, start + IMAGES_PER_BATCH);
    const rows = await database.query<StatusRow>(IMAGES, [datasetId, workflowTaskId, part]);
    yield rows.map((row) => ({ ...toStoredImage(row), status: row.status, hasWarnings: row.has_warnings }));
  }
}
