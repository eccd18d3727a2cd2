import type { Json } from '../../json/json.js';
import { below, INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import type { OpenApiComponents, OpenApiSchema } from '../open-api.js';
import { Schema } from '../schema.js';

/** A JSON array of exactly two items, each judged by a schema of its own. */
export function pair<A, B>(first: Schema<A>, second: Schema<B>): Schema<[A, B]> {
  return new PairSchema(first, second);
}

class PairSchema<A, B> extends Schema<[A, B]> {
  constructor(
    private readonly first: Schema<A>,
    private readonly second: Schema<B>,
  ) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): [A, B] | Invalid {
    if (!Array.isArray(input) || input.length !== 2) return issues.add('tuple_type', place, 'Input should be a valid tuple', input);
    const first = this.first.check(input[0]!, below(place, 0), issues);
    const second = this.second.check(input[1]!, below(place, 1), issues);
    return first === INVALID || second === INVALID ? INVALID : [first, second];
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { type: 'array', prefixItems: [this.first.describe(components), this.second.describe(components)], minItems: 2, maxItems: 2 };
  }
}
