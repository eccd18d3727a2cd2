import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { HttpError } from '../errors/http-error.js';
import type { ContentType } from './content-type.js';
import { bodyTooLarge, readBytes } from './read-bytes.js';

/** A file of a form. Its content was read and dropped: nothing keeps uploads yet. */
export interface FormFile {
  readonly filename: string;
  readonly byteLength: number;
}

/** A form as it was sent; of several fields or files with one name the last counts. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, FormFile>;
}

/** Text fields carry names, passwords and short JSON. In bytes. */
const MAX_FIELD_BYTES = 1024 * 1024;
const MAX_PARTS = 1000;

/** @throws {HttpError} 400: a multipart body whose type names no boundary can never be read; known before anybody asks who sent it */
export function checkFormType({ mediaType, boundary }: ContentType): void {
  if (mediaType === 'multipart/form-data' && boundary === undefined) throw new HttpError(400, 'Missing boundary in multipart.');
}

/**
 * Reads a form, urlencoded or multipart, as a stream: a file of any size never lies in memory. A body of another type is an empty form.
 *
 * @param maxFileBytes of all files together
 * @throws {HttpError} 413
 */
export async function readForm(request: IncomingMessage, contentType: ContentType, maxFileBytes: number): Promise<Form> {
  switch (contentType.mediaType) {
    case 'application/x-www-form-urlencoded': {
      const text = (await readBytes(request, MAX_FIELD_BYTES)).toString('utf8');
      return { fields: new Map(new URLSearchParams(text)), files: new Map() };
    }
    case 'multipart/form-data':
      return readMultipart(request, contentType.boundary ?? '', maxFileBytes);
    default:
      return { fields: new Map(), files: new Map() };
  }
}

async function readMultipart(request: IncomingMessage, boundary: string, maxFileBytes: number): Promise<Form> {
  const fields = new Map<string, string>();
  const files = new Map<string, FormFile>();
  let fileBytes = 0;
  const parser = new Busboy({
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    limits: { fieldSize: MAX_FIELD_BYTES, parts: MAX_PARTS },
  });
  return new Promise((resolve, reject) => {
    const refuse = (limit: number): void => {
      request.unpipe(parser);
      reject(bodyTooLarge(limit));
    };
    // What cannot be read as a part is left out, as the contract's parser does.
    const finish = (): void => resolve({ fields, files });
    parser.on('field', (name, value, _nameTruncated, isTruncated) => {
      if (isTruncated) refuse(MAX_FIELD_BYTES);
      fields.set(name, value);
    });
    parser.on('file', (name, content: Readable, filename) => {
      let byteLength = 0;
      content.on('data', (chunk: Buffer) => {
        byteLength += chunk.length;
        fileBytes += chunk.length;
        if (fileBytes > maxFileBytes) refuse(maxFileBytes);
      });
      content.on('end', () => files.set(name, { filename, byteLength }));
      content.on('error', finish);
    });
    parser.on('partsLimit', () => refuse(MAX_PARTS));
    parser.on('error', finish);
    parser.on('finish', finish);
    request.on('aborted', finish);
    request.pipe(parser);
  });
}
