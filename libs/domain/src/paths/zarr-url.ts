import { hasParentReference, posixNormpath } from './posix-normpath.js';

/** Why a text is no Zarr URL. `not_a_zarr_url` also covers the empty text, for callers that did not refuse it before. */
export type ZarrUrlFault = 'parent_reference' | 'not_a_zarr_url';

const S3_SCHEME = 's3://';

/** Whether the URL names something in an object store rather than on a file system. */
export function isS3Url(url: string): boolean {
  return url.startsWith(S3_SCHEME);
}

/** The first reason why the (already stripped) text is no Zarr URL, or undefined. */
export function zarrUrlFault(text: string): ZarrUrlFault | undefined {
  if (hasParentReference(text)) return 'parent_reference';
  return text.startsWith('/') || isS3Url(text) ? undefined : 'not_a_zarr_url';
}

/**
 * The one spelling of a Zarr URL under which images are stored and compared: local ones go through POSIX normalisation, those of an
 * object store lose trailing slashes only (contract: api-data-model.md 2, ZarrUrl). The text must be stripped and free of faults.
 */
export function normalizeZarrUrl(text: string): string {
  return isS3Url(text) ? trimTrailingSlashes(text) : posixNormpath(text);
}

/**
 * Whether `url` is `base` or lies below it, compared component by component: `/a/b` is relative to `/a`, not to `/a/bc`. A local URL and
 * one of an object store never are (contract: api-data-model.md 2, "is relative to"). Both must be Zarr URLs.
 */
export function isZarrUrlRelativeTo(url: string, base: string): boolean {
  if (isS3Url(url) !== isS3Url(base)) return false;
  const child = normalizeZarrUrl(url);
  const parent = normalizeZarrUrl(base);
  return child === parent || child.startsWith(parent.endsWith('/') ? parent : `${parent}/`);
}

/** The `zarr_dir` of a dataset: a subfolder (a safe relative path) of one of the user's project folders. */
export function joinZarrDir(projectDir: string, subfolder: string): string {
  const joined = projectDir.endsWith('/') ? projectDir + subfolder : `${projectDir}/${subfolder}`;
  if (!isS3Url(projectDir)) return normalizeZarrUrl(joined);
  return S3_SCHEME + trimTrailingSlashes(joined.slice(S3_SCHEME.length));
}

/** By hand, because the time of a regular expression grows with the square of the slashes in the middle of a text. */
function trimTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '/') end--;
  return text.slice(0, end);
}
