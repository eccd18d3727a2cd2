import type { Queryable } from '../connection/database.js';
import { HIT, hitParameters, type ImageFilter } from './image-filter.js';

/** Only a type that is true somewhere can have two values: a missing one counts as false. */
const DIFFERING_TYPES = /* sql */ `
with ${HIT}, total as (
  select coalesce(sum(bit_count(bits)), 0) as images from hit
)
select v.name
  from image_value v
 cross join total
 cross join lateral (
   select sum(bit_count(b.bits & hit.bits)) as images
     from hit join image_value_block b on b.value_id = v.id and b.block = hit.block
 ) as with_type
 where v.dataset_id = $1 and v.kind = 'type' and v.value::text = 'true'
   and with_type.images > 0 and with_type.images < total.images
 order by v.name collate "C"`;

/** Names of the types that are true for some of the images that pass the filter and false for others, by code point. */
export async function listDifferingTypes(database: Queryable, datasetId: number, filter: ImageFilter): Promise<string[]> {
  const rows = await database.query<{ name: string }>(DIFFERING_TYPES, hitParameters(datasetId, filter));
  return rows.map((row) => row.name);
}
