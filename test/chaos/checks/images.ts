import type { ChaosJob } from '../system/lane.js';
import type { ChaosSystem } from '../system/system.js';

/** The image list of a job's dataset, in order, as one text that does not depend on the dataset. */
export async function imagesOf(system: ChaosSystem, { datasetId, zarrDir }: ChaosJob): Promise<string> {
  const rows = await system.query<{ line: string }>(
    `select concat_ws(' ', zarr_url, origin, attributes::text, types::text) as line from image where dataset_id = $1 order by position`,
    [datasetId],
  );
  return rows.map(({ line }) => line.replaceAll(zarrDir, '')).join('\n');
}

/** What is different between two lists, in few words; empty when they are equal. */
export function describeDifference(expected: string, actual: string): string {
  if (expected === actual) return '';
  const [before, after] = [expected.split('\n'), actual.split('\n')];
  const at = before.findIndex((line, index) => line !== after[index]);
  return `${after.length} images instead of ${before.length}; at ${at}: ${after[at] ?? 'nothing'} instead of ${before[at] ?? 'nothing'}`;
}
