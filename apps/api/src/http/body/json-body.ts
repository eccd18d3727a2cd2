import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeJsonText, JsonSyntaxError, parseJson, parseJsonInTurns, UnreadableJsonError, type Json } from '@fractal-server/domain';
import { HttpError } from '../errors/http-error.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { isJsonType, type ContentType } from './content-type.js';
import { LongObject } from './long-object.js';

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
  return readable(() => parseJson(decodeJsonText(bytes)));
}

/** Bodies up to this length are parsed in one piece, whatever they hold. In bytes. */
export const LONG_BODY = 1024 * 1024;

/**
 * As `parseJsonBody`, for bodies of any length: a long one is parsed in pieces, with other work between them.
 *
 * @param listName the member that makes bodies of this route long. The items of such a list stay text; whether they are JSON turns out when
 * they are read, so after access has been checked
 */
export async function readJsonBody(bytes: Buffer, contentType: ContentType, listName?: string): Promise<Json | LongObject | undefined> {
  if (bytes.length <= LONG_BODY || !isJsonType(contentType)) return parseJsonBody(bytes, contentType);
  const text = readable(() => decodeJsonText(bytes));
  const split = listName === undefined ? null : await LongObject.split(text, listName);
  return split ?? parseJsonInTurns(text, nextTurn).catch(refuse);
}

/** Parses a long object as a whole after all, to tell where it is broken. @throws {InvalidInputError} @throws {HttpError} */
export function parseLongObject(object: LongObject): Json {
  return readable(() => object.parse());
}

/** Runs a parser, and turns what it throws into what the client is told. */
function readable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  if (error instanceof JsonSyntaxError) throw invalidJson(error);
  if (error instanceof UnreadableJsonError) throw new HttpError(400, 'There was an error parsing the body');
  throw error;
}

function invalidJson({ message, offset }: JsonSyntaxError): InvalidInputError {
  return new InvalidInputError([
    { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {}, ctx: { error: message } },
  ]);
}
