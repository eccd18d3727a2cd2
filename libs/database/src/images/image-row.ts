import { attributesFromJson, typesFromJson, type Json, type StoredImage } from '@fractal-server/domain';

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
    attributes: attributesFromJson(row.attributes),
    types: typesFromJson(row.types),
  };
}
