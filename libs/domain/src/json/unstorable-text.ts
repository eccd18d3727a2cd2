import type { Json } from './json.js';

/** Why PostgreSQL or UTF-8 cannot hold a string. */
export type TextFault = 'nul' | 'lone_surrogate';

/** Where in a value such a string is: object keys and list positions from the outside in; a faulty key counts as the place of its value. */
export interface UnstorableText {
  readonly path: readonly (string | number)[];
  readonly fault: TextFault;
  readonly text: string;
}

/** The fault of one string: a NUL character, which PostgreSQL has no text for, or half of a surrogate pair, which UTF-8 has no bytes for. */
export function textFault(text: string): TextFault | undefined {
  if (text.includes('\0')) return 'nul';
  return text.isWellFormed() ? undefined : 'lone_surrogate';
}

/** The first string, key or value, that cannot be stored; undefined when all can. */
export function findUnstorableText(value: Json): UnstorableText | undefined {
  if (typeof value === 'string') {
    const fault = textFault(value);
    return fault === undefined ? undefined : { path: [], fault, text: value };
  }
  if (Array.isArray(value)) return findAmong(value.entries());
  return value instanceof Map ? findAmong(value) : undefined;
}

function findAmong(entries: Iterable<[string | number, Json]>): UnstorableText | undefined {
  for (const [key, item] of entries) {
    const faultOfKey = typeof key === 'string' ? textFault(key) : undefined;
    if (faultOfKey !== undefined) return { path: [key], fault: faultOfKey, text: key as string };
    const found = findUnstorableText(item);
    if (found !== undefined) return { ...found, path: [key, ...found.path] };
  }
  return undefined;
}
