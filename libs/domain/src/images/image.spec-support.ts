import type { ImageChanges } from './apply-output.js';
import type { AttributeValue, StoredImage } from './stored-image.js';
import type { ImageUpdate } from './task-output.js';

interface ImageParts {
  readonly origin?: string | null;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly types?: Readonly<Record<string, boolean>>;
  readonly position?: number;
}

/** An image with sensible defaults. */
export function anImage(zarrUrl: string, { origin = null, attributes = {}, types = {}, position = 0 }: ImageParts = {}): StoredImage {
  return { zarrUrl, origin, attributes: new Map(Object.entries(attributes)), types: new Map(Object.entries(types)), position };
}

interface UpdateParts {
  readonly origin?: string | null;
  readonly attributes?: Readonly<Record<string, AttributeValue | null>>;
  readonly types?: Readonly<Record<string, boolean>>;
}

/** An update that says nothing but what is given. */
export function anUpdate(zarrUrl: string, { origin = null, attributes = {}, types = {} }: UpdateParts = {}): ImageUpdate {
  return { zarrUrl, origin, attributes: new Map(Object.entries(attributes)), types: new Map(Object.entries(types)) };
}

/** A lookup over a list. */
export function lookupOf(images: Iterable<StoredImage>): ReadonlyMap<string, StoredImage> {
  return new Map(Array.from(images, (image) => [image.zarrUrl, image]));
}

/** The list after a run. New images get positions from `nextPosition` on; the others keep theirs. */
export function applyChanges(images: Iterable<StoredImage>, changes: ImageChanges, nextPosition: number): StoredImage[] {
  const after = new Map(
    changes.updated.map(({ position, zarrUrl, origin, attributes, types }) => [position, { position, zarrUrl, origin, attributes, types }]),
  );
  const removed = new Set(changes.removed.map(({ position }) => position));
  const kept = Array.from(images, (image) => after.get(image.position) ?? image).filter(({ position }) => !removed.has(position));
  return [...kept, ...changes.inserted.map((image, index) => ({ ...image, position: nextPosition + index }))];
}
