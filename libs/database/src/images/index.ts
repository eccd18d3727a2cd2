export { lockDataset, type LockedDataset } from './lock-dataset.js';
export { applyImageChanges, ImageWriter } from './image-writer.js';
export { findImage, readImages } from './read-images.js';
export { queryImagePage, type ImagePage } from './query-image-page.js';
export { readImageValues, type ImageValues } from './image-values.js';
export { ImageValueCache, type CachedImageValues } from './image-value-cache.js';
export type { ImageFilter, ImageStatus } from './image-filter.js';
export type { ImageAttributes, ImageChangeSet, ImageContent, StoredImage } from './stored-image.js';
