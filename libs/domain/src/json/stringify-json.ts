import { JsonFloat, type JsonInput } from './json.js';
import { formatPythonFloat } from './python-float.js';

/** A string without these is its own JSON text between quotes. */
// oxlint-disable-next-line no-control-regex -- control characters are what must be escaped
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Above this length the built-in escaper is faster than a search of our own. */
const LONG_STRING = 200;

/**
 * Writes JSON text: no blanks, keys in their order, text unescaped but for what JSON and UTF-8 demand (a lone surrogate is written as an
 * escape, so the bytes are valid whatever comes in), floats as Python prints them.
 *
 * A `number` with a fraction is a float, one without is an integer.
 *
 * @throws RangeError for `NaN` and infinities, which JSON does not have
 */
export function stringifyJson(value: JsonInput): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return writeNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return value.toString();
    default:
      if (value === null) return 'null';
      if (Array.isArray(value)) return writeList(value as readonly JsonInput[]);
      if (value instanceof Map) return writeMap(value as ReadonlyMap<string, JsonInput>);
      if (value instanceof JsonFloat) return writeFloat(value.value);
      return writeFields(value as { readonly [field: string]: JsonInput | undefined });
  }
}

function quote(text: string): string {
  return text.length > LONG_STRING || NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function writeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return value === 0 ? '0' : String(value);
  return Number.isInteger(value) ? BigInt(value).toString() : writeFloat(value);
}

function writeFloat(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`JSON has no number for ${value}`);
  return formatPythonFloat(value);
}

// Parts are joined per container: adding to one long string builds a rope of millions of nodes, which is three times slower to write out.

function writeList(items: readonly JsonInput[]): string {
  const parts: string[] = [];
  for (const item of items) parts.push(stringifyJson(item));
  return `[${parts.join(',')}]`;
}

function writeMap(object: ReadonlyMap<string, JsonInput>): string {
  const parts: string[] = [];
  for (const [key, value] of object) parts.push(`${quote(key)}:${stringifyJson(value)}`);
  return `{${parts.join(',')}}`;
}

function writeFields(fields: { readonly [field: string]: JsonInput | undefined }): string {
  const parts: string[] = [];
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined) parts.push(`${quote(key)}:${stringifyJson(value)}`);
  }
  return `{${parts.join(',')}}`;
}
