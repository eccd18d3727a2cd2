import { decodeJsonText, JsonSyntaxError, parseJson, UnreadableJsonError, type Json } from '@fractal-server/domain';
import { HttpError } from '../errors/http-error.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { isJsonType, type ContentType } from './content-type.js';

/**
 * The value of a JSON body (contract: auth-admin 1.2). A body of another type is a JSON string for the validator, which then says that it
 * is no object. `undefined`: nothing was sent.
 *
 * @throws {InvalidInputError} when the text is not JSON
 * @throws {HttpError} 400 when the bytes are no text, or nested too deep
 */
export function parseJsonBody(bytes: Buffer, contentType: ContentType): Json | undefined {
  if (bytes.length === 0) return undefined;
  if (!isJsonType(contentType)) return bytes.toString('utf8');
  try {
    return parseJson(decodeJsonText(bytes));
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalidJson(error);
    if (error instanceof UnreadableJsonError) throw new HttpError(400, 'There was an error parsing the body');
    throw error;
  }
}

function invalidJson({ message, offset }: JsonSyntaxError): InvalidInputError {
  return new InvalidInputError([
    { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {}, ctx: { error: message } },
  ]);
}
