import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors/http-error.js';
import type { ContentType } from './content-type.js';
import { MAX_FIELD_BYTES, MultipartReader } from './multipart-reader.js';
import { readBytes } from './read-bytes.js';

/** A file of a form. */
export interface FormFile {
  /** As the client wrote it, with whatever slashes it holds. */
  readonly filename: string;
  /** Where its content was put; null when it was read and dropped. */
  readonly storedAs: string | null;
}

/** A form as it was sent; of several fields or files with one name the last counts. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, FormFile>;
}

/** What happens to the files of a form. */
export interface FileRules {
  /** Of all files together. */
  readonly maxFileBytes: number;
  /** Puts a file's content somewhere and says where; without it files are read and dropped. */
  readonly store?: ((filename: string, content: AsyncIterable<Buffer>) => Promise<string>) | undefined;
}

/** @throws {HttpError} 400: a multipart body whose type names no boundary can never be read; known before anybody asks who sent it */
export function checkFormType({ mediaType, boundary }: ContentType): void {
  if (mediaType === 'multipart/form-data' && boundary === undefined) throw new HttpError(400, 'Missing boundary in multipart.');
}

/**
 * Reads a form, urlencoded or multipart, as a stream: a file of any size never lies in memory. A body of another type is an empty form.
 *
 * @throws {HttpError} 413; 400 when a file breaks off
 */
export async function readForm(request: IncomingMessage, contentType: ContentType, rules: FileRules): Promise<Form> {
  switch (contentType.mediaType) {
    case 'application/x-www-form-urlencoded': {
      const text = (await readBytes(request, MAX_FIELD_BYTES)).toString('utf8');
      return { fields: new Map(new URLSearchParams(text)), files: new Map() };
    }
    case 'multipart/form-data':
      return new MultipartReader(request, contentType.boundary ?? '', rules).read();
    default:
      return { fields: new Map(), files: new Map() };
  }
}
