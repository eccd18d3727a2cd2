import { readImages, readImageStatuses, type EngineJob, type Queryable } from '@fractal-server/database';
import { isStatusMode, withStatus, type AttributeFilters, type ImageStatus, type StoredImage } from '@fractal-server/domain';

/** The job's attribute filters, as the matcher wants them; the API stored nothing else. */
export function attributeFiltersOf(job: EngineJob): AttributeFilters {
  return job.attributeFilters as unknown as AttributeFilters;
}

/** Whether the job selects images by their status (contract: runner.md 5.4). */
export function usesStatuses(job: EngineJob): boolean {
  return isStatusMode(attributeFiltersOf(job));
}

/** The images of the job's dataset, in order, each with the status that it carries in this job. */
export async function* readJobImages(db: Queryable, job: EngineJob, datasetId: number): AsyncGenerator<StoredImage[], void, undefined> {
  const statuses = usesStatuses(job) ? await readImageStatuses(db, job.id, datasetId, null) : new Map<string, ImageStatus>();
  for await (const images of readImages(db, datasetId)) {
    yield images.map((image) => carry(image, statuses.get(image.zarrUrl)));
  }
}

/** The image with a status as its attribute, if it has one. */
export function carry(image: StoredImage, status: ImageStatus | undefined): StoredImage {
  return status === undefined ? image : withStatus(image, status);
}
