/**
 * The statements of `ImageWriter`. All take whole arrays, so that their number does not depend on the number of images.
 *
 * A *mask* is what some positions look like in one block of one value. `image_value_block` is written from masks with `|` and `& ~`, so
 * that setting a bit twice or clearing a clear one changes nothing.
 */

/** How many positions one row of `image_value_block` covers. */
export const POSITIONS_PER_BLOCK = 1024;

const ZERO = "repeat('0', 1024)::bit(1024)";

const MASK = /* sql */ `
  select value_id, (position / 1024)::integer as block, count(*) as images, min(position) as first_position,
         bit_or(set_bit(${ZERO}, (position % 1024)::integer, 1)) as bits
    from pair
   group by value_id, block`;

/**
 * Finds the rows of values and inserts those that are new.
 * $1 dataset, $2 kinds, $3 names, $4 values (JSON), $5 keys, $6 first positions. Gives `id` and `born` in the order of the arrays.
 */
export const registerValues = /* sql */ `
with wanted as (
  select * from unnest($2::text[], $3::text[], $4::json[], $5::uuid[], $6::bigint[])
           with ordinality as w (kind, name, value, key, first_position, ordinal)
), born as (
  insert into image_value (dataset_id, kind, name, value, key, first_position)
  select $1, kind, name, value, key, first_position from wanted
   where not exists (select from image_value v where v.dataset_id = $1 and v.key = wanted.key)
   order by ordinal
  returning id, key
)
select coalesce(v.id, b.id) as id, b.id is not null as born
  from wanted w
  left join image_value v on v.dataset_id = $1 and v.key = w.key
  left join born b on b.key = w.key
 order by w.ordinal`;

/**
 * Takes values away from images, before their rows change.
 * $1 dataset, $2 positions, $3 the values that each image loses (arrays as text, null: all that it has).
 * Gives the ids of values that nobody has any more, or whose first image lost them.
 */
export const loseValues = /* sql */ `
with change as (
  select position, lost::integer[] as lost from unnest($2::bigint[], $3::text[]) as c (position, lost)
   where lost is distinct from '{}'
), pair as (
  select v.value_id, i.position
    from change c
   cross join lateral (select position, value_ids from image where dataset_id = $1 and position = c.position offset 0) i
   cross join unnest(i.value_ids) as v (value_id)
   where c.lost is null or v.value_id = any (c.lost)
), mask as (${MASK}
), cleared as (
  update image_value_block b set bits = b.bits & ~mask.bits
    from mask where b.value_id = mask.value_id and b.block = mask.block
), lost as (
  select value_id, sum(images)::integer as images, min(first_position) as first_position from mask group by value_id
), counted as (
  update image_value v set image_count = v.image_count - lost.images
    from lost where v.id = lost.value_id
  returning v.id, v.image_count, lost.first_position = v.first_position as first_lost
)
select id from counted where image_count = 0 or first_lost`;

/**
 * Gives values to images.
 * $1 positions, $2 values of each image (arrays as text); those that it has already change nothing.
 * Gives the ids of values that now appear earlier in the list than before.
 */
export const gainValues = /* sql */ `
with pair as (
  select v.value_id, i.position
    from unnest($1::bigint[], $2::text[]) as i (position, value_ids)
   cross join unnest(i.value_ids::integer[]) as v (value_id)
), mask as (${MASK}
), gained as (
  select mask.value_id, min(mask.first_position) as first_position,
         sum(bit_count(mask.bits & ~coalesce(b.bits, ${ZERO})))::integer as images
    from mask left join image_value_block b on b.value_id = mask.value_id and b.block = mask.block
   group by mask.value_id
), blocks as (
  insert into image_value_block as b (value_id, block, bits)
  select value_id, block, bits from mask order by value_id, block
  on conflict (value_id, block) do update set bits = b.bits | excluded.bits where (b.bits | excluded.bits) <> b.bits
), counted as (
  update image_value v
     set image_count = v.image_count + gained.images,
         first_position = least(v.first_position, gained.first_position)
    from gained join image_value before on before.id = gained.value_id
   where v.id = gained.value_id and gained.images > 0
  returning v.id, gained.first_position < before.first_position as earlier
)
select id from counted where earlier`;

/** Removes values that no image has. $1 ids */
export const removeUnusedValues = /* sql */ `delete from image_value where id = any($1::integer[]) and image_count = 0`;

/** Finds the first image of values anew, and shows the value as that image writes it (`1`, `1.0` or `true`). $1 dataset, $2 ids */
export const findFirstImages = /* sql */ `
update image_value v
   set first_position = found.position, value = found.value
  from (
    select v.id, i.position, case v.kind when 'attribute' then i.attributes -> v.name else v.value end as value
      from image_value v
     cross join lateral (
       select block::bigint * 1024 + position(B'1' in bits) - 1 as position
         from image_value_block b where b.value_id = v.id and b.bits <> ${ZERO} order by block limit 1
     ) as first
      join image i on i.dataset_id = $1 and i.position = first.position
     where v.id = any($2::integer[])
  ) as found
 where v.id = found.id`;

/** $1 dataset, $2 positions, $3 URLs, $4 origins, $5 attributes (JSON), $6 types (JSON), $7 values (arrays as text) */
export const insertImages = /* sql */ `
insert into image (dataset_id, position, zarr_url, origin, attributes, types, value_ids)
select $1, position, zarr_url, origin, attributes, types, value_ids::integer[]
  from unnest($2::bigint[], $3::text[], $4::text[], $5::json[], $6::json[], $7::text[])
    as i (position, zarr_url, origin, attributes, types, value_ids)`;

/** $1 dataset, $2 positions, $3 origins, $4 attributes (JSON), $5 types (JSON), $6 values lost, $7 values gained (arrays as text) */
export const updateImages = /* sql */ `
update image
   set origin = i.origin, attributes = i.attributes, types = i.types,
       value_ids = case i.lost
         when '{}' then image.value_ids
         else array(select v from unnest(image.value_ids) as v where v <> all (i.lost::integer[]))
       end || i.gained::integer[]
  from unnest($2::bigint[], $3::text[], $4::json[], $5::json[], $6::text[], $7::text[])
    as i (position, origin, attributes, types, lost, gained)
 where image.dataset_id = $1 and image.position = i.position`;

/** $1 dataset, $2 positions */
export const deleteImages = /* sql */ `delete from image where dataset_id = $1 and position = any($2::bigint[])`;

/** $1 dataset, $2 change of the number of images, $3 next position, $4 whether the values changed */
export const updateDataset = /* sql */ `
update dataset
   set image_count = image_count + $2, next_image_position = $3,
       image_values_version = image_values_version + case when $4 then 1 else 0 end
 where id = $1`;
