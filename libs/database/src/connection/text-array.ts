import pg from 'pg';

/** PostgreSQL's number of the type `text[]`, which the driver has no name for. */
export const TEXT_ARRAY: number = 1009;

const parseAnyArray = pg.types.getTypeParser(TEXT_ARRAY) as (text: string) => (string | null)[];

/** Quotes, escapes, nulls and arrays of arrays, anywhere behind the first brace. */
const SPECIAL = /["\\{]|NULL/i;

/**
 * The elements of a `text[]`. A unit may have thousands of URLs: where none of them is quoted, splitting is many times faster than the driver's
 * parser.
 */
export function parseTextArray(text: string): (string | null)[] {
  const inner = text.slice(1, -1);
  if (inner === '' || !text.startsWith('{') || SPECIAL.test(inner)) return parseAnyArray(text);
  return inner.split(',');
}
