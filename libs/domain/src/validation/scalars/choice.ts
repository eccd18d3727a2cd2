import type { Json } from '../../json/json.js';
import type { Invalid, IssueList, Place } from '../issue.js';
import type { OpenApiComponents, OpenApiSchema } from '../open-api.js';
import { pythonRepr } from '../../python/repr.js';
import { Schema } from '../schema.js';

/** One of the members of a named enumeration, exactly as written. Their order is that of the message. */
export function enumOf<const V extends string>(name: string, values: readonly V[]): Schema<V> {
  return new ChoiceSchema(values, 'enum', name);
}

/** One of a few texts, exactly as written, without a name of their own in OpenAPI. */
export function literal<const V extends string>(...values: readonly V[]): Schema<V> {
  return new ChoiceSchema(values, 'literal_error', undefined);
}

class ChoiceSchema<V extends string> extends Schema<V> {
  private readonly members: ReadonlyMap<unknown, V>;
  private readonly expected: string;

  constructor(
    private readonly values: readonly V[],
    private readonly issueType: 'enum' | 'literal_error',
    private readonly name: string | undefined,
  ) {
    super();
    this.members = new Map(values.map((value) => [value, value]));
    this.expected = joinWithOr(values.map((value) => pythonRepr(value)));
  }

  check(input: Json, place: Place | undefined, issues: IssueList): V | Invalid {
    const member = this.members.get(input);
    if (member !== undefined) return member;
    return issues.add(this.issueType, place, `Input should be ${this.expected}`, input, { expected: this.expected });
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    const [only, ...others] = this.values;
    if (this.name !== undefined) return components.reference(this.name, () => ({ type: 'string', enum: this.values, title: this.name }));
    return others.length === 0 ? { type: 'string', const: only } : { type: 'string', enum: this.values };
  }
}

function joinWithOr(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}
