import type { ImageStatus, StoredImage } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';
import { HIT, hitParameters, setBits, type ImageFilter } from './image-filter.js';
import { toStoredImage, type ImageRow } from './image-row.js';
import { POSITIONS_PER_BLOCK } from './image-writer.sql.js';

/** An image with what its latest unit for a workflow task says. */
export interface ImageWithStatus extends StoredImage {
  readonly status: ImageStatus;
  /** Whether that unit ended with warnings; false without a unit. */
  readonly hasWarnings: boolean;
}

const STATUS_PAGE = /* sql */ `
with ${HIT}, chosen as (
  select i.*
    from hit
   cross join ${setBits('hit.bits')}
    join image i on i.dataset_id = $1 and i.position = hit.block::bigint * ${POSITIONS_PER_BLOCK} + bit
   order by i.zarr_url collate "C"
  offset $9 limit $10
)
select (select coalesce(sum(bit_count(bits)), 0)::bigint from hit) as total,
       c.position, c.zarr_url, c.origin, c.attributes, c.types,
       coalesce(u.status, 'unset') as status, coalesce(u.has_warnings, false) as has_warnings
  from (select) as always
  left join chosen c on true
  left join image_unit iu on iu.dataset_id = $1 and iu.workflow_task_id = $11 and iu.url_hash = c.url_hash
  left join unit u on u.id = iu.unit_id
 order by c.zarr_url collate "C"`;

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
