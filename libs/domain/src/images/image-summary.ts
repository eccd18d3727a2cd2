import { pythonKey } from '../json/python-equality.js';
import { JsonFloat } from '../json/json.js';
import { compareCodePoints } from '../text/compare-code-points.js';
import type { AttributeValue, ImageContent } from './stored-image.js';

/** Attribute name → its distinct values among the images, names in order of first appearance (contract: runner.md 17). */
export function collectAttributes(images: Iterable<Pick<ImageContent, 'attributes'>>): Map<string, AttributeValue[]> {
  const found = new Map<string, Map<string, AttributeValue>>();
  for (const { attributes } of images) {
    for (const [name, value] of attributes) {
      const values = found.get(name) ?? new Map<string, AttributeValue>();
      found.set(name, values);
      const key = pythonKey(value);
      if (!values.has(key)) values.set(key, value);
    }
  }
  return new Map([...found].map(([name, values]) => [name, sortAttributeValues([...values.values()])]));
}

/** All type names that occur among the images, in order of first appearance. */
export function collectTypes(images: Iterable<Pick<ImageContent, 'types'>>): string[] {
  const names = new Set<string>();
  for (const { types } of images) for (const name of types.keys()) names.add(name);
  return [...names];
}

/**
 * Distinct values as clients list them: sorted when Python could sort them, so texts by code point or numbers and booleans by value;
 * left in their order when texts meet numbers.
 */
export function sortAttributeValues(values: readonly AttributeValue[]): AttributeValue[] {
  if (values.every((value) => typeof value === 'string')) return values.toSorted(compareCodePoints);
  if (values.some((value) => typeof value === 'string')) return [...values];
  return (values as readonly Exclude<AttributeValue, string>[]).toSorted((left, right) => compareNumbers(numberOf(left), numberOf(right)));
}

/** Type names that are true for some of the images and false or missing for others, sorted (contract: api-execution.md 7.1). */
export function typesWithBothValues(images: Iterable<Pick<ImageContent, 'types'>>): string[] {
  const trueCounts = new Map<string, number>();
  let total = 0;
  for (const { types } of images) {
    total += 1;
    for (const [name, value] of types) if (value) trueCounts.set(name, (trueCounts.get(name) ?? 0) + 1);
  }
  return [...trueCounts]
    .filter(([, count]) => count < total)
    .map(([name]) => name)
    .sort(compareCodePoints);
}

function numberOf(value: Exclude<AttributeValue, string>): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof JsonFloat ? value.value : value;
}

/** A comparison of a bigint with a number is by mathematical value. */
function compareNumbers(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : Number(left > right);
}
