import type { StoredImage } from './stored-image.js';

/**
 * Finds images by the exact text of their URL in constant time: a `Map` of a dataset, or of the part of it that can be asked for.
 */
export interface ImageLookup {
  get(zarrUrl: string): StoredImage | undefined;
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
