import type { JsonObject } from '@fractal-server/domain';

/** The value of an image's attribute: an integer, a float, a string or a boolean (never null, a list or an object). */
export type ImageAttributes = JsonObject;

/** An image as it is written: what the list of a dataset holds of it. */
export interface ImageContent {
  /** Unique within the dataset. */
  readonly zarrUrl: string;
  /** The image that it was made from; not necessarily one of the dataset. */
  readonly origin: string | null;
  readonly attributes: ImageAttributes;
  /** A type that is absent counts as false in every filter. */
  readonly types: ReadonlyMap<string, boolean>;
}

/** An image of a dataset's list. */
export interface StoredImage extends ImageContent {
  /** Its place in the list: grows with the order of insertion, never changes, is never used again, and may have gaps. */
  readonly position: number;
}

/** What one write does to the list of images of a dataset. Removals come first, then updates, then insertions. */
export interface ImageChangeSet {
  /** New images, appended in this order. Their URLs must not be in the list. */
  readonly inserted: readonly ImageContent[];
  /** Images with new content at their old place. The URL at a position never changes. */
  readonly updated: readonly StoredImage[];
  /** Positions to remove. */
  readonly removed: readonly number[];
}
