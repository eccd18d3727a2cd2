import { compareCodePoints, JsonFloat, type Json } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';

/** What the images of a dataset carry, whatever the filter of a query. */
export interface ImageValues {
  /** Names in the order in which they appear in the list of images, each with its distinct values. */
  readonly attributes: ReadonlyMap<string, readonly Json[]>;
  /** Names in the order in which they appear. */
  readonly types: readonly string[];
  /** Grows with every change. */
  readonly version: number;
}

interface ValueRow {
  version: number;
  kind: 'attribute' | 'type' | null;
  name: string;
  value: Json;
}

/** Names that appear with the same image are in the order of `jsonb` keys (shorter first), which is what the reference shows. */
const VALUES = /* sql */ `
select d.image_values_version as version, v.kind, v.name, v.value
  from dataset d
  left join image_value v on v.dataset_id = d.id and v.kind <> 'any'
 where d.id = $1
 order by v.first_position, octet_length(v.name), v.name collate "C"`;

/** @returns null when there is no such dataset */
export async function readImageValues(database: Queryable, datasetId: number): Promise<ImageValues | null> {
  const rows = await database.query<ValueRow>(VALUES, [datasetId]);
  if (rows[0] === undefined) return null;
  const attributes = new Map<string, Json[]>();
  const types = new Set<string>();
  for (const row of rows) {
    if (row.kind === 'type') types.add(row.name);
    if (row.kind !== 'attribute') continue;
    const values = attributes.get(row.name);
    if (values === undefined) attributes.set(row.name, [row.value]);
    else values.push(row.value);
  }
  for (const values of attributes.values()) sortComparable(values);
  return { attributes, types: [...types], version: rows[0].version };
}

/** Texts by code point, numbers and booleans by value; a mixture stays in the order of appearance (Python cannot sort it). */
function sortComparable(values: Json[]): void {
  if (values.every((value) => typeof value === 'string')) {
    (values as string[]).sort(compareCodePoints);
  } else if (values.every((value) => typeof value !== 'string')) {
    values.sort((left, right) => compareNumbers(numberOf(left), numberOf(right)));
  }
}

function numberOf(value: Json): number | bigint {
  if (value instanceof JsonFloat) return value.value;
  return typeof value === 'bigint' ? value : Number(value);
}

/** A comparison of a bigint with a number is by mathematical value. */
function compareNumbers(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
