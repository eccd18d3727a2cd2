import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';
import { HttpError } from '../errors/http-error.js';
import type { ContentType } from './content-type.js';
import { readBytes } from './read-bytes.js';

/** The text fields of a form; of several with one name the last counts. */
export type FormFields = ReadonlyMap<string, string>;

/** Forms carry names and passwords; whatever is larger is no form of ours. In bytes. */
const MAX_FORM_BYTES = 1024 * 1024;

/** @throws {HttpError} 400: a multipart body whose type names no boundary can never be read; known before anybody asks who sent it */
export function checkFormType({ mediaType, boundary }: ContentType): void {
  if (mediaType === 'multipart/form-data' && boundary === undefined) throw new HttpError(400, 'Missing boundary in multipart.');
}

/** Reads a form of text fields, urlencoded or multipart; files in it are skipped. A body of another type is a form without fields. */
export async function readForm(request: IncomingMessage, contentType: ContentType): Promise<FormFields> {
  switch (contentType.mediaType) {
    case 'application/x-www-form-urlencoded':
      return new Map(new URLSearchParams((await readBytes(request, MAX_FORM_BYTES)).toString('utf8')));
    case 'multipart/form-data':
      return parseMultipart(await readBytes(request, MAX_FORM_BYTES), contentType.boundary ?? '');
    default:
      return new Map();
  }
}

/** What cannot be read as a part is left out, as the contract's parser does. */
async function parseMultipart(bytes: Buffer, boundary: string): Promise<FormFields> {
  const fields = new Map<string, string>();
  const parser = new Busboy({ headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } });
  return new Promise((resolve) => {
    parser.on('field', (name, value) => fields.set(name, value));
    parser.on('file', (_name, stream) => stream.resume());
    parser.on('error', () => resolve(fields));
    parser.on('finish', () => resolve(fields));
    parser.end(bytes);
  });
}
