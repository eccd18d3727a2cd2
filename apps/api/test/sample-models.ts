import type { OpenApiSchema } from '@fractal-server/domain';

/** Makes values that fit schemas of an OpenAPI document, well enough for most of them to be accepted. */
export class SampleModels {
  constructor(private readonly schemas: Readonly<Record<string, OpenApiSchema>>) {}

  /** The models that a body may be; none when it is no model. */
  variantsOf(schema: OpenApiSchema): OpenApiSchema[] {
    const resolved = this.resolve(schema);
    const variants = (resolved['anyOf'] ?? resolved['oneOf'] ?? []) as OpenApiSchema[];
    return resolved['properties'] === undefined ? variants.flatMap((variant) => this.variantsOf(variant)) : [resolved];
  }

  fieldsOf(model: OpenApiSchema): string[] {
    return Object.keys(model['properties'] as object);
  }

  /** A value with the required fields only. */
  sampleOf(schema: OpenApiSchema): unknown {
    const resolved = this.resolve(schema);
    const variant = ((resolved['anyOf'] ?? resolved['oneOf']) as OpenApiSchema[] | undefined)?.[0];
    if (variant !== undefined) return this.sampleOf(variant);
    if (resolved['const'] !== undefined) return resolved['const'];
    if (Array.isArray(resolved['enum'])) return resolved['enum'][0];
    switch (resolved['type']) {
      case 'object': {
        const properties = (resolved['properties'] ?? {}) as Record<string, OpenApiSchema>;
        const required = (resolved['required'] ?? []) as string[];
        return Object.fromEntries(required.map((name) => [name, this.sampleOf(properties[name]!)]));
      }
      case 'array':
        return typeof resolved['minItems'] === 'number' ? [this.sampleOf(resolved['items'] as OpenApiSchema)] : [];
      case 'integer':
      case 'number':
        return 1;
      case 'boolean':
        return true;
      default:
        return resolved['format'] === 'email' ? 'somebody@example.org' : '/data/text';
    }
  }

  private resolve(schema: OpenApiSchema): OpenApiSchema {
    const reference = schema['$ref'];
    return typeof reference === 'string' ? this.schemas[reference.split('/').pop()!]! : schema;
  }
}
