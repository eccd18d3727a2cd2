/** A JSON number written with a fraction or an exponent whose value is integral (`1.0`, `1e3`): Python calls it a float, and so must we. */
export class JsonFloat {
  constructor(readonly value: number) {}
}

/** A JSON object: any key (also `__proto__` and `"1"`), in the order of the text. */
export type JsonObject = Map<string, Json>;

/**
 * A JSON value that keeps what JavaScript's own parser loses. An integer is a `number` while it is safe, else a `bigint`; a float is a
 * `number` when it has a fraction, else a `JsonFloat`.
 */
export type Json = null | boolean | number | bigint | JsonFloat | string | Json[] | JsonObject;

/** What `stringifyJson` takes: `Json`, and plain objects of fields that we name ourselves (`undefined` fields are left out). */
export type JsonInput =
  | null
  | boolean
  | number
  | bigint
  | JsonFloat
  | string
  | readonly JsonInput[]
  | ReadonlyMap<string, JsonInput>
  | { readonly [field: string]: JsonInput | undefined };

/** Whether the value is a JSON object (not an array, not null). */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/** A float of any value as `Json`: a fraction stays a `number`, an integral one becomes a `JsonFloat`. */
export function jsonFloat(value: number): number | JsonFloat {
  return Number.isInteger(value) ? new JsonFloat(value) : value;
}

/** An integer of any size as `Json`: a `number` while it is safe, else a `bigint`. */
export function jsonInteger(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Plain objects of our own turned into `Map`s, so that the rules for `Json` apply to them. `undefined` fields are left out. */
export function toJson(input: JsonInput): Json {
  if (typeof input !== 'object' || input === null || input instanceof JsonFloat) return input;
  if (isList(input)) return input.map(toJson);
  const object: JsonObject = new Map();
  for (const [key, value] of input instanceof Map ? (input as ReadonlyMap<string, JsonInput>) : Object.entries(input)) {
    if (value !== undefined) object.set(key, toJson(value));
  }
  return object;
}

/** `Array.isArray` narrows a readonly array to `any[]`; this keeps the element type. */
function isList(input: JsonInput): input is readonly JsonInput[] {
  return Array.isArray(input);
}
