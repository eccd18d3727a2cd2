import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors/http-error.js';

/** The client sends more than the limit. The connection ends with the answer, because the rest of the body is never read. */
export function bodyTooLarge(limit: number): HttpError {
  return new HttpError(413, `The request body is larger than ${limit} bytes.`, { connection: 'close' });
}

/**
 * Reads a whole body.
 *
 * @param limit in bytes
 * @throws {HttpError} 413 when it is larger, as soon as that is known; 400 when the client went away half-way
 */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw bodyTooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw bodyTooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, 'There was an error parsing the body');
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}
