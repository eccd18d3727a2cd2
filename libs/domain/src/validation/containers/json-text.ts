import type { Json } from '../../json/json.js';
import { JsonSyntaxError, UnreadableJsonError } from '../../json/json-error.js';
import { parseJson } from '../../json/parse-json.js';
import { INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import type { OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';

/** A string that holds JSON text, whose value is judged by `inner` (fields of forms, contract: auth-admin 1.6). */
export function jsonText<T>(inner: Schema<T>): Schema<T> {
  return new JsonTextSchema(inner);
}

class JsonTextSchema<T> extends Schema<T> {
  constructor(private readonly inner: Schema<T>) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): T | Invalid {
    if (typeof input !== 'string') return issues.add('json_type', place, 'JSON input should be string, bytes or bytearray', input);
    const value = this.read(input, place, issues);
    return value === INVALID ? INVALID : this.inner.check(value, place, issues);
  }

  describe(): OpenApiSchema {
    return { type: 'string', contentMediaType: 'application/json' };
  }

  private read(text: string, place: Place | undefined, issues: IssueList): Json | Invalid {
    try {
      return parseJson(text);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError || error instanceof UnreadableJsonError)) throw error;
      const why = error instanceof JsonSyntaxError ? explain(error, text) : 'recursion limit exceeded at line 1 column 1';
      return issues.add('json_invalid', place, `Invalid JSON: ${why}`, text, { error: why });
    }
  }
}

/** The messages of the parser that reads such fields in the reference; it is not the one that reads bodies. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['Expecting value', 'expected value'],
  ['Expecting property name enclosed in double quotes', 'key must be a string'],
  ["Expecting ':' delimiter", 'expected `:`'],
  ["Expecting ',' delimiter", 'expected `,` or the end of the container'],
  ['Extra data', 'trailing characters'],
  ['Unterminated string starting at', 'EOF while parsing a string'],
  ['Invalid control character at', 'control character (\\u0000-\\u001F) found while parsing a string'],
  ['Invalid \\escape', 'invalid escape'],
  ['Invalid \\uXXXX escape', 'invalid escape'],
  ['Number out of range', 'number out of range'],
]);

function explain(error: JsonSyntaxError, text: string): string {
  const characters = Array.from(text);
  const isAtEnd = error.offset >= characters.length || error.message.startsWith('Unterminated');
  const before = isAtEnd ? characters : characters.slice(0, error.offset + 1);
  const isInString = error.message.startsWith('Unterminated');
  const message = isAtEnd && !isInString ? 'EOF while parsing a value' : (MESSAGES.get(error.message) ?? 'invalid JSON');
  const line = before.filter((character) => character === '\n').length + 1;
  const column = before.length - 1 - before.lastIndexOf('\n');
  return `${message} at line ${line} column ${column}`;
}
