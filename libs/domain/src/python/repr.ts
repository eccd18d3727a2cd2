import { formatPythonFloat } from '../json/python-float.js';
import { type Json, JsonFloat } from '../json/json.js';

/** A value as Python's `repr` writes it, which the contract quotes in texts: `'text'`, `True`, `None`, `[1, 2.0]`, `{'3D': True}`. */
export function pythonRepr(value: Json): string {
  switch (typeof value) {
    case 'string':
      return reprText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isInteger(value) ? BigInt(value).toString() : formatPythonFloat(value);
    default:
      if (value === null) return 'None';
      if (value instanceof JsonFloat) return formatPythonFloat(value.value);
      if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
      return `{${[...value].map(([key, item]) => `${reprText(key)}: ${pythonRepr(item)}`).join(', ')}}`;
  }
}

/** A value as Python's `str` writes it: like `pythonRepr`, but text itself stays unquoted. */
export function pythonStr(value: Json): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** A set of texts as Python writes it. Python's order is arbitrary; ours is the given one. */
export function pythonSetRepr(items: Iterable<string>): string {
  const texts = [...items].map(reprText);
  return texts.length === 0 ? 'set()' : `{${texts.join(', ')}}`;
}

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** What may need an escape: backslash, and everything that Python does not call printable (control, format, surrogate, separator but the blank). */
const UNPRINTABLE = /[\\\p{C}\p{Z}]/gu;

function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(UNPRINTABLE, escapeCharacter);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function escapeCharacter(character: string): string {
  if (character === ' ') return character;
  const named = NAMED_ESCAPES.get(character);
  if (named !== undefined) return named;
  const code = character.codePointAt(0)!;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
