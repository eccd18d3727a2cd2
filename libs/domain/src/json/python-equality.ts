import { type Json, JsonFloat } from './json.js';

/**
 * Whether Python finds two values equal (`==`): numbers by value whatever their kind (`1 == 1.0 == true`), objects whatever the order of
 * their keys, lists in order.
 */
export function pythonEquals(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left === 'string' || typeof right === 'string' || left === null || right === null) return false;
  if (Array.isArray(left)) return Array.isArray(right) && equalLists(left, right);
  if (left instanceof Map) return right instanceof Map && equalObjects(left, right);
  if (Array.isArray(right) || right instanceof Map) return false;
  const leftNumber = numberOf(left);
  const rightNumber = numberOf(right);
  // Comparing a bigint with a number is by mathematical value, which `===` would not do.
  return leftNumber <= rightNumber && leftNumber >= rightNumber;
}

/**
 * A string that is the same for two values exactly when `pythonEquals` holds: the key under which a `Map` or `Set` keeps values, so that
 * looking for duplicates costs O(n).
 */
export function pythonKey(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(pythonKey).join(',')}]`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${JSON.stringify(key)}:${pythonKey(item)}`);
    return `{${entries.sort().join(',')}}`;
  }
  const number = numberOf(value);
  return typeof number === 'number' && Number.isInteger(number) ? BigInt(number).toString() : String(number);
}

function numberOf(value: boolean | number | bigint | JsonFloat): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof JsonFloat ? value.value : value;
}

function equalLists(left: readonly Json[], right: readonly Json[]): boolean {
  return left.length === right.length && left.every((item, index) => pythonEquals(item, right[index]!));
}

function equalObjects(left: ReadonlyMap<string, Json>, right: ReadonlyMap<string, Json>): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    const other = right.get(key);
    if (other === undefined || !pythonEquals(value, other)) return false;
  }
  return true;
}
