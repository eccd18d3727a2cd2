import { stringifyJson } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';
import { readImageValues, type ImageValues } from './image-values.js';

/** The values of a dataset's images, with their JSON text: every answer of an image query repeats it. */
export interface CachedImageValues extends ImageValues {
  /** `attributes` as JSON. */
  readonly attributesText: string;
  /** `types` as JSON. */
  readonly typesText: string;
}

/** Characters of JSON text that the cache keeps by default. */
const DEFAULT_CAPACITY = 16 * 1024 * 1024;

/**
 * Keeps the values of datasets that were asked for recently. Never stale: an entry is used only for the version that the caller has just
 * read from the dataset's row.
 */
export class ImageValueCache {
  /** Least recently used first. */
  private readonly entries = new Map<number, CachedImageValues>();
  private size = 0;

  /** @param capacity in characters of JSON text */
  constructor(
    private readonly database: Queryable,
    private readonly capacity = DEFAULT_CAPACITY,
  ) {}

  /** @returns the values of this version, or of a newer one when the dataset changed meanwhile; null when it is gone */
  async values(datasetId: number, version: number): Promise<CachedImageValues | null> {
    const known = this.entries.get(datasetId);
    if (known !== undefined && known.version >= version) {
      this.entries.delete(datasetId);
      this.entries.set(datasetId, known);
      return known;
    }
    const values = await readImageValues(this.database, datasetId);
    if (values === null) return null;
    const entry = { ...values, attributesText: stringifyJson(values.attributes), typesText: stringifyJson(values.types) };
    this.keep(datasetId, entry);
    return entry;
  }

  private keep(datasetId: number, entry: CachedImageValues): void {
    this.forget(datasetId);
    this.entries.set(datasetId, entry);
    this.size += sizeOf(entry);
    for (const oldest of this.entries.keys()) {
      if (this.size <= this.capacity) break;
      this.forget(oldest);
    }
  }

  private forget(datasetId: number): void {
    const entry = this.entries.get(datasetId);
    if (entry === undefined) return;
    this.entries.delete(datasetId);
    this.size -= sizeOf(entry);
  }
}

function sizeOf(entry: CachedImageValues): number {
  return entry.attributesText.length + entry.typesText.length;
}
