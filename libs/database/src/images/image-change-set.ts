import type { ChangedImage, ImageContent } from '@fractal-server/domain';

/** What one write does to the list of images of a dataset. Removals come first, then updates, then insertions. */
export interface ImageChangeSet {
  /** New images, appended in this order. Their URLs must not be in the list. */
  readonly inserted: readonly ImageContent[];
  /** Images with new content, read under the same lock as it is written. The URL at a position never changes. */
  readonly updated: readonly ChangedImage[];
  /** Positions to remove. */
  readonly removed: readonly number[];
}
