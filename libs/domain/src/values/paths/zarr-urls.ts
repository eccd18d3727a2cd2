import { isS3Url, normalizeZarrUrl, zarrUrlFault } from '../../paths/zarr-url.js';
import type { Schema } from '../../validation/schema.js';
import { MAX_PATH_LENGTH, nonEmptyString } from '../../validation/scalars/string.js';
import { parentReferenceFault } from './local-paths.js';

/** The URL of an image: a path or `s3://…`, without `..`, normalised (contract: api-data-model 2, ZarrUrl). */
export function zarrUrl(): Schema<string> {
  return ZARR_URL;
}

/** The folder of a dataset, under the same rule as the URLs of its images. */
export function zarrDir(): Schema<string> {
  return ZARR_URL;
}

const NO_ZARR_URL = "URLs must begin with '/' or 's3://'.";

/** `s3://` alone names nothing; normalised, it would not even be an S3 URL any more. */
function schemeFault(text: string): string | undefined {
  const isUrl = zarrUrlFault(text) === undefined && (!isS3Url(text) || isS3Url(normalizeZarrUrl(text)));
  return isUrl ? undefined : NO_ZARR_URL;
}

const ZARR_URL = nonEmptyString({ maxLength: MAX_PATH_LENGTH })
  .refine(parentReferenceFault)
  .refine(schemeFault)
  .transform(normalizeZarrUrl);
