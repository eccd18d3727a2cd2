import { JsonFloat } from '../json/json.js';
import { compareCodePoints } from '../text/compare-code-points.js';
import type { AttributeValue } from './stored-image.js';

/**
 * Distinct values as clients list them: sorted when Python could sort them, so texts by code point or numbers and booleans by value;
 * left in their order when texts meet numbers.
 */
export function sortAttributeValues(values: readonly AttributeValue[]): AttributeValue[] {
  if (values.every((value) => typeof value === 'string')) return values.toSorted(compareCodePoints);
  if (values.some((value) => typeof value === 'string')) return [...values];
  return (values as readonly Exclude<AttributeValue, string>[]).toSorted((left, right) => compareNumbers(numberOf(left), numberOf(right)));
}

function numberOf(value: Exclude<AttributeValue, string>): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof JsonFloat ? value.value : value;
}

/** A comparison of a bigint with a number is by mathematical value. */
function compareNumbers(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : Number(left > right);
}
