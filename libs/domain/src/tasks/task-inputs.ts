import { JobFailure } from '../errors/job-failure.js';
import { type AttributeFilters, ImageMatcher, type SelectedImages, selectImages, type TypeFilters } from '../images/image-matcher.js';
import type { ImageContent } from '../images/stored-image.js';
import type { Json } from '../json/json.js';
import { pythonRepr } from '../python/repr.js';
import { isConverter, type TaskType } from './task-type.js';

/** The filters of one task: those of `typeFiltersOfTask` and the job's own. */
export interface InputFilters {
  readonly typeFilters: TypeFilters;
  readonly attributeFilters: AttributeFilters;
}

/** The images that a task works on; a converter takes none (contract: runner.md 3.1 B). */
export function selectTaskInputs<Image extends ImageContent>(
  type: TaskType,
  images: Iterable<Image>,
  { typeFilters, attributeFilters }: InputFilters,
): SelectedImages<Image> {
  if (isConverter(type)) return { inputs: [], availableCount: 0 };
  return selectImages(images, new ImageMatcher(typeFilters, attributeFilters));
}

/**
 * The first guard of a run: only a converter works without images (contract: runner.md 3.1 E).
 * @throws JobFailure `empty_image_list`
 */
export function requireInputs(task: { readonly name: string; readonly type: TaskType }, inputCount: number, filters: InputFilters): void {
  if (isConverter(task.type) || inputCount > 0) return;
  const types = pythonRepr(new Map(filters.typeFilters));
  const attributes = pythonRepr(new Map(Array.from(filters.attributeFilters, ([name, values]): [string, Json] => [name, [...values]])));
  throw new JobFailure(
    'empty_image_list',
    `Cannot run task '${task.name}' for an empty image list (obtained after applying type_filters=${types} and attribute_filters=${attributes}).`,
  );
}

/**
 * The second guard: the resource, as it is now, takes new work.
 * @throws JobFailure `resource_closed`
 */
export function requireOpenResource(taskName: string, resource: { readonly name: string; readonly preventNewSubmissions: boolean }): void {
  if (!resource.preventNewSubmissions) return;
  throw new JobFailure('resource_closed', `Cannot run '${taskName}', since the '${resource.name}' resource is not currently active.`);
}
