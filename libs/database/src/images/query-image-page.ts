import type { StoredImage } from '@fractal-server/domain';
import type { Database } from '../connection/database.js';
import { HIT, hitParameters, setBits, type ImageFilter } from './image-filter.js';
import { POSITIONS_PER_BLOCK } from './image-writer.sql.js';
import { toStoredImage, type ImageRow } from './image-row.js';

/** Some images of a dataset that pass a filter. */
export interface ImagePage {
  readonly images: readonly StoredImage[];
  /** How many images pass the filter. */
  readonly totalCount: number;
  /** How many of them come before this page. Less than asked for when the page lay past the end: then this is the last page. */
  readonly skipped: number;
  /** Which state of the dataset's values belongs to this page (see `ImageValueCache`). */
  readonly valuesVersion: number;
}

/**
 * Counting and finding the page take as many rows as the dataset has blocks per value of the filter, not as many as it has images; only
 * the bits of the blocks that the page touches are looked at one by one.
 */
const PAGE = /* sql */ `
with ${HIT}, counted as (
  select block, bits, bit_count(bits) as images, (sum(bit_count(bits)) over (order by block))::bigint as upto from hit
), asked as (
  select total, case when $9::bigint < total or total = 0 then $9 else (total - 1) / $10::bigint * $10 end as skipped
    from (select coalesce(max(upto), 0)::bigint as total from counted) as c
), chosen as (
  select block::bigint * ${POSITIONS_PER_BLOCK} + bit as position
    from asked, (
      select c.block, bit, c.upto - c.images + row_number() over (partition by c.block order by bit) - 1 as rank
        from asked, counted c, ${setBits('c.bits')}
       where c.upto > asked.skipped and c.upto - c.images < asked.skipped + $10
    ) as ranked
   where rank >= asked.skipped and rank < asked.skipped + $10
)
select asked.total, asked.skipped, d.image_values_version as version,
       i.position, i.zarr_url, i.origin, i.attributes, i.types
  from dataset d
 cross join asked
  left join (chosen join image i on i.dataset_id = $1 and i.position = chosen.position) on true
 where d.id = $1
 order by i.position`;

interface PageRow extends ImageRow {
  total: number;
  skipped: number;
  version: number;
}

/**
 * The images `skip` … `skip + size - 1` of those that pass the filter, in the order of the list.
 *
 * @param size at least 1
 * @returns null when there is no such dataset
 */
export async function queryImagePage(
  database: Database,
  datasetId: number,
  filter: ImageFilter,
  { skip, size }: { skip: number; size: number },
): Promise<ImagePage | null> {
  const rows = await database.prepared<PageRow>('query-image-page', PAGE, [...hitParameters(datasetId, filter), skip, size]);
  const first = rows[0];
  if (first === undefined) return null;
  return {
    images: rows.filter((row) => row.position !== null).map(toStoredImage),
    totalCount: first.total,
    skipped: first.skipped,
    valuesVersion: first.version,
  };
}
