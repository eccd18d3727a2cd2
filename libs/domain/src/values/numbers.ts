import { uniqueList } from '../validation/containers/list.js';
import type { Schema } from '../validation/schema.js';
import { integer } from '../validation/scalars/integer.js';

/** An integer above zero. */
export function positiveInteger(): Schema<number> {
  return POSITIVE;
}

/** A list of integers from zero up, all different. */
export function uniqueIntegerList(rules: { readonly minItems?: number } = {}): Schema<number[]> {
  return uniqueList(integer({ ge: 0 }), rules);
}

const POSITIVE = integer({ gt: 0 });
