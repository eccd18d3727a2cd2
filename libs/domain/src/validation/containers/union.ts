import type { Json } from '../../json/json.js';
import { below, INVALID, type Invalid, IssueList, type Place } from '../issue.js';
import type { OpenApiComponents, OpenApiSchema } from '../open-api.js';
import { pythonStr } from '../../python/repr.js';
import { Schema, type Infer } from '../schema.js';

/** One way to satisfy a union, under the label that its issues carry at the end of their `loc`. */
export type Branch<T> = readonly [label: string, schema: Schema<T>];

/** What the first fitting branch accepts. When none fits, the issues of all are reported, branch after branch. */
export function union<T>(...branches: readonly Branch<T>[]): Schema<T> {
  return new UnionSchema(branches);
}

class UnionSchema<T> extends Schema<T> {
  constructor(private readonly branches: readonly Branch<T>[]) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): T | Invalid {
    const found = new IssueList();
    for (const [label, schema] of this.branches) {
      const value = schema.check(input, below(place, label), found);
      if (value !== INVALID) return value;
    }
    return issues.addAll(found);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { anyOf: this.branches.map(([, schema]) => schema.describe(components)) };
  }
}

/** A field whose value says which of several models an object is. */
export interface Discriminator {
  readonly field: string;
  /** How the texts of the contract write the possible tags, such as `<ResourceType.LOCAL: 'local'>`. */
  readonly tagInTexts: (tag: string) => string;
}

/** One of several models, told apart by a field. The tag is part of the `loc` of everything inside (contract: auth-admin 10.1). */
export function taggedUnion<const M extends Readonly<Record<string, Schema<unknown>>>>(
  discriminator: Discriminator,
  models: M,
): Schema<Infer<M[keyof M]>> {
  return new TaggedUnionSchema(discriminator, models as Readonly<Record<string, Schema<Infer<M[keyof M]>>>>);
}

/** The function that finds the tag goes by this name in the texts of the contract. */
const TAG_FUNCTION = 'get_discriminator_value()';

class TaggedUnionSchema<T> extends Schema<T> {
  private readonly models: ReadonlyMap<string, Schema<T>>;
  private readonly expectedTags: string;

  constructor(
    private readonly discriminator: Discriminator,
    models: Readonly<Record<string, Schema<T>>>,
  ) {
    super();
    this.models = new Map(Object.entries(models));
    this.expectedTags = [...this.models.keys()].map(discriminator.tagInTexts).join(', ');
  }

  check(input: Json, place: Place | undefined, issues: IssueList): T | Invalid {
    const tag = input instanceof Map ? input.get(this.discriminator.field) : undefined;
    if (tag === undefined || tag === null) {
      const msg = `Unable to extract tag using discriminator ${TAG_FUNCTION}`;
      return issues.add('union_tag_not_found', place, msg, input, { discriminator: TAG_FUNCTION });
    }
    const model = typeof tag === 'string' ? this.models.get(tag) : undefined;
    if (model !== undefined) return model.check(input, below(place, tag as string), issues);
    const found = pythonStr(tag);
    const msg = `Input tag '${found}' found using ${TAG_FUNCTION} does not match any of the expected tags: ${this.expectedTags}`;
    return issues.add('union_tag_invalid', place, msg, input, {
      discriminator: TAG_FUNCTION,
      tag: found,
      expected_tags: this.expectedTags,
    });
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { oneOf: [...this.models.values()].map((model) => model.describe(components)) };
  }
}
