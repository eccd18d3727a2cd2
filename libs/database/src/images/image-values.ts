import { sortAttributeValues, type AttributeValue } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';

/** What the images of a dataset carry, whatever the filter of a query. */
export interface ImageValues {
  /** Names in the order in which they appear in the list of images, each with its distinct values. */
  readonly attributes: ReadonlyMap<string, readonly AttributeValue[]>;
  /** Names in the order in which they appear. */
  readonly types: readonly string[];
  /** Grows with every change. */
  readonly version: number;
}

interface ValueRow {
  version: number;
  kind: 'attribute' | 'type' | null;
  name: string;
  value: AttributeValue;
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
  const attributes = new Map<string, AttributeValue[]>();
  const types = new Set<string>();
  for (const row of rows) {
    if (row.kind === 'type') types.add(row.name);
    if (row.kind !== 'attribute') continue;
    const values = attributes.get(row.name);
    if (values === undefined) attributes.set(row.name, [row.value]);
    else values.push(row.value);
  }
  return {
    attributes: new Map([...attributes].map(([name, values]) => [name, sortAttributeValues(values)])),
    types: [...types],
    version: rows[0].version,
  };
}
