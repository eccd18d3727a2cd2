import type { StoredImage } from './stored-image.js';

/** Finds images by the exact text of their URL. A part of a dataset suffices where only that part can be asked for. */
export interface ImageLookup {
  get(zarrUrl: string): StoredImage | undefined;
}

/** Images of a dataset, in order, each found by its URL in constant time. */
export class ImageList implements ImageLookup, Iterable<StoredImage> {
  readonly #byUrl = new Map<string, StoredImage>();

  /** @throws RangeError when a URL occurs twice, which the database never has */
  constructor(images: Iterable<StoredImage>) {
    for (const image of images) {
      if (this.#byUrl.has(image.zarrUrl)) throw new RangeError(`Image listed twice: ${image.zarrUrl}`);
      this.#byUrl.set(image.zarrUrl, image);
    }
  }

  get size(): number {
    return this.#byUrl.size;
  }

  get(zarrUrl: string): StoredImage | undefined {
    return this.#byUrl.get(zarrUrl);
  }

  has(zarrUrl: string): boolean {
    return this.#byUrl.has(zarrUrl);
  }

  [Symbol.iterator](): Iterator<StoredImage> {
    return this.#byUrl.values();
  }
}

/** The URLs that occur more than once, each named once, in order of their second appearance. */
export function repeatedUrls(zarrUrls: Iterable<string>): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const zarrUrl of zarrUrls) {
    if (seen.has(zarrUrl)) repeated.add(zarrUrl);
    seen.add(zarrUrl);
  }
  return [...repeated];
}
