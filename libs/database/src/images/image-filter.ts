import type { AttributeFilters, ImageStatus, TypeFilters } from '@fractal-server/domain';
import { ANY_IMAGE_KEY, attributeValue, imageValueKey, typeValue } from './image-value-key.js';
import { POSITIONS_PER_BLOCK } from './image-writer.sql.js';

/** Which images of a dataset are meant: those that pass every condition. Without conditions all of them. */
export interface ImageFilter {
  /** Exactly this URL. */
  readonly zarrUrl?: string | null;
  /** The type has this value; an image without it counts as false. */
  readonly types?: TypeFilters;
  /** The attribute equals one of the values, as Python compares (`1`, `1.0` and `true` are equal). */
  readonly attributes?: AttributeFilters;
  /** The status for a workflow task is one of these. */
  readonly status?: { readonly workflowTaskId: number; readonly among: readonly ImageStatus[] };
}

/**
 * Common table expressions that end with `hit (block, bits)`: the positions of the images that pass an `ImageFilter`, as bits. The text
 * is the same for every filter, so that it can be prepared. Parameters: `$1` … `$8` of `hitParameters`.
 *
 * The blocks of all values of a condition are read in one scan: looked up value by value, each page of the table would be visited hundreds of
 * times.
 *
 * A condition is a set of values of which an image must carry one; the positions that pass all conditions are the `bit_and` of the
 * `bit_or`s. A type that must be false is the opposite: no image with the value true. The URL and the status bring their bits along.
 */
export const HIT = /* sql */ `
wanted as materialized (
  select condition, array(select id from image_value where dataset_id = $1 and key = any(w.keys)) as value_ids
    from (select condition, array_agg(key) as keys from unnest($2::integer[], $3::uuid[]) as k (condition, key) group by condition) as w
), passing as (
  select w.condition, b.block, b.bits
    from wanted w
   cross join lateral (
     select block, bit_or(bits) as bits from image_value_block where value_id = any(w.value_ids) group by block offset 0
   ) as b
  union all
  select -1, (position / ${POSITIONS_PER_BLOCK})::integer, set_bit(repeat('0', 1024)::bit(1024), (position % ${POSITIONS_PER_BLOCK})::integer, 1)
    from image
   where $6::text is not null and dataset_id = $1 and url_hash = md5($6)::uuid and zarr_url = $6
  union all
  select -2, (i.position / ${POSITIONS_PER_BLOCK})::integer as block,
         bit_or(set_bit(repeat('0', 1024)::bit(1024), (i.position % ${POSITIONS_PER_BLOCK})::integer, 1))
    from image i
    left join image_unit iu on iu.dataset_id = i.dataset_id and iu.workflow_task_id = $7 and iu.url_hash = i.url_hash
    left join unit u on u.id = iu.unit_id
   where $7::integer is not null and i.dataset_id = $1 and coalesce(u.status, 'unset') = any($8::text[])
   group by block
), refused as (
  select b.block, bit_or(b.bits) as bits
    from unnest($4::uuid[]) as k (key)
   cross join lateral (select id from image_value where dataset_id = $1 and key = k.key offset 0) v
   cross join lateral (select block, bits from image_value_block where value_id = v.id offset 0) b
   group by b.block
), hit as (
  select p.block, case when r.bits is null then bit_and(p.bits) else bit_and(p.bits) & ~r.bits end as bits
    from passing p left join refused r on r.block = p.block
   group by p.block, r.bits
  having count(*) = $5
)`;

/** The parameters `$1` … `$8` of `HIT`. */
export function hitParameters(datasetId: number, filter: ImageFilter): unknown[] {
  const conditions: number[] = [0];
  const keys: string[] = [ANY_IMAGE_KEY];
  const refusedKeys: string[] = [];
  let count = 1;
  for (const [name, value] of filter.types ?? []) {
    if (!value) {
      refusedKeys.push(imageValueKey(typeValue(name, true).text));
      continue;
    }
    conditions.push(count);
    keys.push(imageValueKey(typeValue(name, true).text));
    count += 1;
  }
  for (const [name, values] of filter.attributes ?? []) {
    for (const key of new Set(values.map((value) => imageValueKey(attributeValue(name, value).text)))) {
      conditions.push(count);
      keys.push(key);
    }
    count += 1;
  }
  const zarrUrl = filter.zarrUrl ?? null;
  const status = filter.status ?? null;
  if (zarrUrl !== null) count += 1;
  if (status !== null) count += 1;
  return [datasetId, conditions, keys, refusedKeys, count, zarrUrl, status?.workflowTaskId ?? null, status?.among ?? null];
}

/** Bits that are looked at together: most words of a selective filter are zero. */
const WORD = 32;

/** A join with `(bit)`: the numbers of the bits that are set in some block. */
export function setBits(bits: string): string {
  return /* sql */ `lateral (
    select word * ${WORD} + b as bit
      from (
        select word from generate_series(0, ${POSITIONS_PER_BLOCK / WORD - 1}) as word
         where substring(${bits} from word * ${WORD} + 1 for ${WORD}) <> repeat('0', ${WORD})::bit(${WORD}) offset 0
      ) as w
     cross join generate_series(0, ${WORD - 1}) as b
     where get_bit(${bits}, word * ${WORD} + b) = 1
  ) as set_bit_of_block`;
}
