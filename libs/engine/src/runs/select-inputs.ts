import type { EngineJob, Transaction } from '@fractal-server/database';
import { ImageMatcher, selectImages, type InputFilters } from '@fractal-server/domain';
import { readJobImages } from './job-images.js';

/** The images that a task works on. */
export interface TaskInputs {
  /** In the order of the dataset's list. */
  readonly urls: readonly string[];
  /** Images that pass the type filters, whatever their attributes. */
  readonly availableCount: number;
}

/** Walks through the dataset's images once, some thousand at a time (contract: runner.md 3.1 B). */
export async function selectInputs(
  tx: Transaction,
  job: EngineJob,
  datasetId: number,
  { typeFilters, attributeFilters }: InputFilters,
): Promise<TaskInputs> {
  const matcher = new ImageMatcher(typeFilters, attributeFilters);
  const urls: string[] = [];
  let availableCount = 0;
  for await (const images of readJobImages(tx, job, datasetId)) {
    const selected = selectImages(images, matcher);
    availableCount += selected.availableCount;
    for (const { zarrUrl } of selected.inputs) urls.push(zarrUrl);
  }
  return { urls, availableCount };
}
