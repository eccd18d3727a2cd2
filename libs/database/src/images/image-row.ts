import type { Json, JsonObject } from '@fractal-server/domain';
import type { StoredImage } from './stored-image.js';

/** A row of `image` as statements of this folder select it. */
export interface ImageRow {
  readonly position: number;
  readonly zarr_url: string;
  readonly origin: string | null;
  readonly attributes: Json;
  readonly types: Json;
}

export function toStoredImage(row: ImageRow): StoredImage {
  return {
    position: row.position,
    zarrUrl: row.zarr_url,
    origin: row.origin,
    attributes: row.attributes as JsonObject,
    types: row.types as ReadonlyMap<string, boolean>,
  };
}
