export {
  attributesFromJson,
  type AttributeValue,
  type ImageAttributes,
  type ImageContent,
  type ImageTypes,
  isAttributeValue,
  type ChangedImage,
  type StoredImage,
  typesFromJson,
} from './stored-image.js';
export { type ImageLookup, repeatedUrls } from './image-lookup.js';
export { type AttributeFilters, ImageMatcher, type SelectedImages, selectImages, type TypeFilters } from './image-matcher.js';
export {
  carriedStatus,
  IMAGE_STATUS_ATTRIBUTE,
  IMAGE_STATUSES,
  type ImageStatus,
  isStatusMode,
  withoutStatus,
  withStatus,
} from './image-status.js';
export { EMPTY_TASK_OUTPUT, type ImageUpdate, type RunOutput, type TaskOutput } from './task-output.js';
export { mergeOutputs, outputOfRun, urlsMentionedBy } from './merge-outputs.js';
export { applyOutput, type ImageChanges, type OutputContext } from './apply-output.js';
export { sortAttributeValues } from './attribute-order.js';
