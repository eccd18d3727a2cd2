import type { ImageChanges } from './apply-output.js';
import type { StoredImage } from './stored-image.js';

/** The list after a run. New images get positions from `nextPosition` on; the others keep theirs. */
export function applyChanges(images: Iterable<StoredImage>, changes: ImageChanges, nextPosition: number): StoredImage[] {
  const after = new Map(changes.updated.map((image) => [image.position, image]));
  const removed = new Set(changes.removed.map(({ position }) => position));
  const kept = Array.from(images, (image) => after.get(image.position) ?? image).filter(({ position }) => !removed.has(position));
  return [...kept, ...changes.inserted.map((image, index) => ({ ...image, position: nextPosition + index }))];
}
