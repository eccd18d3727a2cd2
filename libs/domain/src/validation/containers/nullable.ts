import type { Json } from '../../json/json.js';
import type { Invalid, IssueList, Place } from '../issue.js';
import type { OpenApiComponents, OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';

/** `null`, or what the inner schema accepts. */
export function nullable<T>(inner: Schema<T>): Schema<T | null> {
  return new NullableSchema(inner);
}

class NullableSchema<T> extends Schema<T | null> {
  constructor(private readonly inner: Schema<T>) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): T | null | Invalid {
    return input === null ? null : this.inner.check(input, place, issues);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { anyOf: [this.inner.describe(components), { type: 'null' }] };
  }
}
