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

/** Parses JSON text. */
export function parseJson(_text: string): Json {
  throw new Error('not implemented');
}

/** Writes JSON text. */
export function stringifyJson(_value: JsonInput): string {
  throw new Error('not implemented');
}
