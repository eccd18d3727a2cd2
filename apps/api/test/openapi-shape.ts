/** A parsed OpenAPI document, or a part of it. */
export type Part = { readonly [key: string]: unknown };

/** Texts, and rules that narrow a type: both servers have them, each in its own words. */
const NOT_SHAPE = new Set(
  'title description summary example examples default minLength maxLength minimum maximum exclusiveMinimum pattern format contentMediaType propertyNames'.split(
    ' ',
  ),
);

/** The others are names of properties too, whose value is then a schema. */
const ALWAYS_LEFT_OUT = new Set(['propertyNames', 'default', 'example', 'examples']);

/** A part of a document with its references resolved and everything left out that does not change what fits into it. */
export function shapeOf(document: Part, part: unknown, seen: readonly string[] = []): unknown {
  if (Array.isArray(part)) return part.map((item) => shapeOf(document, item, seen));
  if (typeof part !== 'object' || part === null) return part;
  const reference = (part as Part)['$ref'];
  if (typeof reference === 'string') return shapeOfReference(document, reference, seen);
  const shape: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (NOT_SHAPE.has(key) && (typeof value !== 'object' || ALWAYS_LEFT_OUT.has(key))) continue;
    shape[key] = shapeOf(document, value, seen);
  }
  return simplify(shape);
}

function shapeOfReference(document: Part, reference: string, seen: readonly string[]): unknown {
  if (seen.includes(reference)) return reference;
  const name = reference.split('/').pop()!;
  const { schemas } = document['components'] as { schemas: Part };
  return shapeOf(document, schemas[name], [...seen, reference]);
}

/** Alternatives inside alternatives and equal ones are one; any additional property is any additional property. */
function simplify(shape: Record<string, unknown>): unknown {
  if (Array.isArray(shape['required'])) shape['required'] = [...(shape['required'] as string[])].sort();
  if (shape['additionalProperties'] !== undefined && JSON.stringify(shape['additionalProperties']) === '{}')
    shape['additionalProperties'] = true;
  const alternatives = shape['anyOf'] as Part[] | undefined;
  if (alternatives === undefined) return shape;
  const flat = alternatives.flatMap((one) => (Array.isArray(one['anyOf']) ? (one['anyOf'] as Part[]) : [one]));
  const distinct = [...new Map(flat.map((one) => [JSON.stringify(one), one])).values()];
  return distinct.length === 1 ? distinct[0] : { ...shape, anyOf: distinct };
}

/** Where two shapes differ: paths of keys. A list with another length differs as a whole. */
export function differences(expected: unknown, actual: unknown, path = ''): string[] {
  if (JSON.stringify(expected) === JSON.stringify(actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => differences(item, actual[index], `${path}/${index}`));
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) => differences(expected[key], actual[key], `${path}/${key}`));
  }
  return [path];
}

function isObject(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
