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
