import type { JsonInput } from '../json/json.js';
import { stringifyJson } from '../json/stringify-json.js';

/** A JSON schema as OpenAPI 3.1 takes it. */
export type OpenApiSchema = { readonly [keyword: string]: JsonInput | undefined };

/** Collects the named schemas of one OpenAPI document (`components.schemas`) while its routes are described. */
export class OpenApiComponents {
  private readonly schemas = new Map<string, OpenApiSchema>();

  /**
   * A reference to the named schema, which is described on first use.
   *
   * @throws Error when two different schemas have one name, which would make the document lie about one of them
   */
  reference(name: string, describe: () => OpenApiSchema): OpenApiSchema {
    const reference = { $ref: `#/components/schemas/${name}` };
    const known = this.schemas.get(name);
    if (known === PENDING) return reference;
    if (known === undefined) this.schemas.set(name, PENDING);
    const schema = describe();
    if (known !== undefined && stringifyJson(known) !== stringifyJson(schema)) {
      throw new Error(`Two different schemas are named ${name}`);
    }
    this.schemas.set(name, schema);
    return reference;
  }

  /** All named schemas, sorted by name. */
  toJSON(): { readonly [name: string]: OpenApiSchema } {
    return Object.fromEntries([...this.schemas].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
}

/** Stands for a schema whose description has begun, so that a schema may contain itself. */
const PENDING: OpenApiSchema = {};

/** The title of a field, made from its name: `zarr_url` → `Zarr Url`. */
export function titleOf(name: string): string {
  return name.replaceAll('_', ' ').replace(/[A-Za-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
}
