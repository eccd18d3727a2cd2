/** The parts of a Content-Type header that matter here. */
export interface ContentType {
  /** Lower case, such as `application/json`; empty when there is none. */
  readonly mediaType: string;
  readonly boundary?: string;
}

export function parseContentType(header: string | undefined): ContentType {
  const [mediaType = '', ...parameters] = (header ?? '').split(';');
  const boundary = parameters
    .map((parameter) => /^\s*boundary\s*=\s*(?:"([^"]*)"|([^\s]*))\s*$/i.exec(parameter))
    .find((match) => match !== null);
  const value = boundary?.[1] ?? boundary?.[2];
  return { mediaType: mediaType.trim().toLowerCase(), ...(value === undefined || value === '' ? {} : { boundary: value }) };
}

/** `application/json` and `application/*+json` (contract: auth-admin 1.2). */
export function isJsonType({ mediaType }: ContentType): boolean {
  return /^application\/(?:json|[^\s/]*\+json)$/.test(mediaType);
}
