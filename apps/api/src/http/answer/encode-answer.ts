import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringifyJson, type JsonInput } from '@fractal-server/domain';

/** Content type of every JSON answer: without charset (contract: auth-admin 1.9). */
export const JSON_TYPE = 'application/json';

/** JSON as bytes; fastify would add a charset to the type of a string. */
export function encodeJson(value: JsonInput): Buffer {
  return Buffer.from(stringifyJson(value));
}

/** Lists longer than this are written in pieces. About 200 kB for rows of common size: some milliseconds of work. */
const ITEMS_IN_ONE_PIECE = 500;
const PIECE_CHARACTERS = 64 * 1024;

/** JSON that is text already, and goes out as it is. */
export class JsonText {
  constructor(readonly text: string) {}
}

/**
 * A value whose lists may also be asynchronous: rows that are read while the answer is written. A `JsonText` among them may hold several
 * rows, separated by commas.
 */
export type Streamable = JsonInput | JsonText | AsyncIterable<JsonInput | JsonText> | { readonly [field: string]: Streamable | undefined };

/** An answer written in pieces, however large, with the event loop free between them. */
export class JsonStream {
  constructor(readonly value: Streamable) {}
}

/** True for an answer that would block the event loop if it were written at once: a long list, alone or as a field. */
export function isLong(value: JsonInput): boolean {
  if (Array.isArray(value)) return value.length > ITEMS_IN_ONE_PIECE;
  if (value === null || typeof value !== 'object') return false;
  const fields: Iterable<JsonInput | undefined> =
    value instanceof Map ? (value as ReadonlyMap<string, JsonInput>).values() : Object.values(value);
  for (const field of fields) if (Array.isArray(field) && field.length > ITEMS_IN_ONE_PIECE) return true;
  return false;
}

/** The bytes of a value, written as they are asked for. */
export function streamJson(value: Streamable): Readable {
  return Readable.from(pieces(value), { objectMode: false });
}

async function* pieces(value: Streamable): AsyncGenerator<Buffer> {
  let text = '';
  for await (const part of parts(value)) {
    text += part;
    if (text.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
    await nextTurn();
  }
  if (text !== '') yield Buffer.from(text);
}

async function* parts(value: Streamable): AsyncGenerator<string> {
  if (value instanceof JsonText) {
    yield value.text;
  } else if (isIterableList(value)) {
    let separator = '[';
    for await (const item of value as AsyncIterable<JsonInput | JsonText> | Iterable<JsonInput>) {
      yield separator + (item instanceof JsonText ? item.text : stringifyJson(item));
      separator = ',';
    }
    yield separator === '[' ? '[]' : ']';
  } else if (isFields(value)) {
    let separator = '{';
    for (const [name, field] of value instanceof Map ? value : Object.entries(value)) {
      if (field === undefined) continue;
      yield `${separator}${stringifyJson(name as string)}:`;
      yield* parts(field as Streamable);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  } else {
    yield stringifyJson(value as JsonInput);
  }
}

function isIterableList(value: Streamable): boolean {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && Symbol.asyncIterator in value);
}

/** An object of named fields; instances of other classes (`JsonFloat`) are plain values. */
function isFields(value: Streamable): value is ReadonlyMap<string, JsonInput> | { readonly [field: string]: Streamable | undefined } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return value instanceof Map || prototype === Object.prototype || prototype === null;
}
