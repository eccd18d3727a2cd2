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

/**
 * Sorting by URL looks at every image that passes anyway: one walk over the images of the dataset, each with the bits of its block, costs a
 * fifth of looking each of them up. Only what is sorted by is carried along.
 */
const STATUS_PAGE = /* sql */ `
with ${HIT}, chosen as (
  select i.position, i.zarr_url
    from hit
    join image i on i.position / ${POSITIONS_PER_BLOCK} = hit.block
   where i.dataset_id = $1 and get_bit(hit.bits, (i.position % ${POSITIONS_PER_BLOCK})::integer) = 1
   order by i.zarr_url collate "C"
  offset $9 limit $10
)
select (select coalesce(sum(bit_count(bits)), 0)::bigint from hit) as total,
       i.position, i.zarr_url, i.origin, i.attributes, i.types,
       coalesce(u.status, 'unset') as status, coalesce(u.has_warnings, false) as has_warnings
  from (select) as always
  left join (chosen join image i on i.dataset_id = $1 and i.position = chosen.position) on true
  left join image_unit iu on iu.dataset_id = $1 and iu.workflow_task_id = $11 and iu.url_hash = i.url_hash
  left join unit u on u.id = iu.unit_id
 order by i.zarr_url collate "C"`;

interface StatusRow extends ImageRow {
  readonly total: number;
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
): Promise<{ images: ImageWithStatus[]; totalCount: number }> {
  const rows = await database.query<StatusRow>(STATUS_PAGE, [...hitParameters(datasetId, filter), offset, limit, workflowTaskId]);
  const images = rows
    .filter((row) => row.position !== null)
    .map((row) => ({ ...toStoredImage(row), status: row.status, hasWarnings: row.has_warnings }));
  return { images, totalCount: rows[0]?.total ?? 0 };
}
