export { lockDataset, type LockedDataset } from './lock-dataset.js';
export { applyImageChanges, ImageWriter } from './image-writer.js';
export { findImage, readImages } from './read-images.js';
export type { ImageAttributes, ImageChangeSet, ImageContent, StoredImage } from './stored-image.js';
