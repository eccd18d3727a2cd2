import type { UnitStatus } from '../states/unit-statuses.js';
import type { AttributeFilters } from './image-matcher.js';
import type { AttributeValue, ImageContent } from './stored-image.js';

/** The attribute through which clients filter by status. It is never stored with an image. */
export const IMAGE_STATUS_ATTRIBUTE = '__wftask_dataset_image_status__';

/** What became of an image in a workflow task: the status of its latest unit, or `unset` when it has none. */
export type ImageStatus = UnitStatus | 'unset';

/** All statuses, in the order in which clients are told of them (contract: api-execution.md 6.3). */
export const IMAGE_STATUSES: readonly ImageStatus[] = ['done', 'submitted', 'failed', 'unset'];

/** Whether a job filters by status, so that its images need theirs before the first task (contract: runner.md 5.4). */
export function isStatusMode(attributeFilters: AttributeFilters): boolean {
  return attributeFilters.has(IMAGE_STATUS_ATTRIBUTE);
}

/** The image with its status as an attribute. From then on images made from it inherit the status with its other attributes. */
export function withStatus<Image extends ImageContent>(image: Image, status: ImageStatus): Image {
  return { ...image, attributes: new Map<string, AttributeValue>(image.attributes).set(IMAGE_STATUS_ATTRIBUTE, status) };
}

/** The image as it is stored, without the status. */
export function withoutStatus<Image extends ImageContent>(image: Image): Image {
  if (!image.attributes.has(IMAGE_STATUS_ATTRIBUTE)) return image;
  const attributes = new Map(image.attributes);
  attributes.delete(IMAGE_STATUS_ATTRIBUTE);
  return { ...image, attributes };
}

/** The status that an image carries as an attribute, undefined when it carries none. */
export function carriedStatus(image: ImageContent): ImageStatus | undefined {
  const value = image.attributes.get(IMAGE_STATUS_ATTRIBUTE);
  return IMAGE_STATUSES.find((status) => status === value);
}
