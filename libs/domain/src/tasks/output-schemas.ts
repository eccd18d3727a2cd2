import type { ImageUpdate, TaskOutput } from '../images/task-output.js';
import type { JsonObject } from '../json/json.js';
import { attributeValue, typeFilters, zarrUrl } from '../values/index.js';
import { anyObject, lenientModel, list, nullable, optional, required, type Schema, strictModel, trimmedDict } from '../validation/index.js';

/** One thing that the compute part of a compound task runs on. */
export interface ParallelizationItem {
  /** Normalised; need not be an image of the dataset. */
  readonly zarrUrl: string;
  readonly initArgs: JsonObject;
}

const imageUpdate: Schema<ImageUpdate> = lenientModel('ImageUpdate', {
  zarr_url: required(zarrUrl()),
  origin: optional(nullable(zarrUrl()), null),
  attributes: optional(trimmedDict(nullable(attributeValue())), () => new Map()),
  types: optional(typeFilters(), () => new Map()),
}).transform(({ zarr_url, origin, attributes, types }) => ({ zarrUrl: zarr_url, origin, attributes, types }));

/** Output of every part but an init part (contract: runner.md 6.2). Unknown keys inside an image update are dropped, elsewhere refused. */
export const taskOutputSchema: Schema<TaskOutput> = strictModel('TaskOutput', {
  image_list_updates: optional(list(imageUpdate), () => []),
  image_list_removals: optional(list(zarrUrl()), () => []),
}).transform(({ image_list_updates, image_list_removals }) => ({ updates: image_list_updates, removals: image_list_removals }));

const parallelizationItem: Schema<ParallelizationItem> = strictModel('ParallelizationItem', {
  zarr_url: required(zarrUrl()),
  init_args: optional(anyObject(), () => new Map()),
}).transform(({ zarr_url, init_args }) => ({ zarrUrl: zarr_url, initArgs: init_args }));

/** Output of an init part. */
export const initOutputSchema: Schema<ParallelizationItem[]> = strictModel('InitOutput', {
  parallelization_list: optional(list(parallelizationItem), () => []),
}).transform(({ parallelization_list }) => parallelization_list);
