import type { Json, JsonObject } from '../../json/json.js';
import { below, INVALID, type Invalid, type IssueList, type Place } from '../issue.js';
import { type OpenApiComponents, type OpenApiSchema, titleOf } from '../open-api.js';
import { type Rule, Schema } from '../schema.js';
import type { Field, OmittableField } from './field.js';

/** The fields of a model, in the order in which they are judged and come out. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The object that a model with these fields yields. */
export type ModelOf<F extends Fields> = Flatten<
  { [N in keyof F as F[N] extends OmittableField<unknown> ? never : N]: FieldValue<F[N]> } & {
    [N in keyof F as F[N] extends OmittableField<unknown> ? N : never]?: FieldValue<F[N]>;
  }
>;

type FieldValue<D> = D extends Field<infer T> ? T : never;
type Flatten<T> = { [N in keyof T]: T[N] };

/** Rules for a model as a whole. */
export interface ModelRules<T> {
  /** Look at the object as it was sent, before any field: each returns it (or a changed one) for the next, or the text of a violation. */
  readonly before?: readonly ((input: JsonObject) => JsonObject | string)[];
  /** Look at the accepted object, only when every field is fine; the first broken one ends the check. */
  readonly after?: readonly Rule<T>[];
}

/** A model in which unknown keys are an error (`extra_forbidden`). `name` is its name in OpenAPI. */
export function strictModel<const F extends Fields>(name: string, fields: F, rules: ModelRules<ModelOf<F>> = {}): Model<ModelOf<F>, F> {
  return new Model({ name, fields, rules, refusesUnknownKeys: true, isFlat: false, emptyIsAbsent: false });
}

/** A model in which unknown keys are dropped silently. `name` is its name in OpenAPI. */
export function lenientModel<const F extends Fields>(name: string, fields: F, rules: ModelRules<ModelOf<F>> = {}): Model<ModelOf<F>, F> {
  return new Model({ name, fields, rules, refusesUnknownKeys: false, isFlat: false, emptyIsAbsent: false });
}

/** Path or query parameters: strings by name. Unknown ones are ignored, a missing one reports no `input`. */
export function parameters<const F extends Fields>(fields: F, rules: ModelRules<ModelOf<F>> = {}): Model<ModelOf<F>, F> {
  return new Model({ name: '', fields, rules, refusesUnknownKeys: false, isFlat: true, emptyIsAbsent: false });
}

/** The fields of a form: like parameters, but an empty one counts as absent. */
export function formFields<const F extends Fields>(name: string, fields: F, rules: ModelRules<ModelOf<F>> = {}): Model<ModelOf<F>, F> {
  return new Model({ name, fields, rules, refusesUnknownKeys: false, isFlat: true, emptyIsAbsent: true });
}

interface ModelOptions {
  readonly name: string;
  readonly fields: Fields;
  /** Of the model's own objects, and of no others; `never` leaves a model usable as one of a wider type. */
  readonly rules: ModelRules<never>;
  readonly refusesUnknownKeys: boolean;
  /** Parts of a request that are no object on the wire. */
  readonly isFlat: boolean;
  readonly emptyIsAbsent: boolean;
}

/** A schema of named fields. Made by `strictModel`, `lenientModel`, `parameters` and `formFields`: a model has to say which it is. */
export class Model<T, F extends Fields = Fields> extends Schema<T> {
  readonly name: string;
  readonly fields: F;
  private readonly entries: readonly (readonly [name: string, field: Field<unknown>])[];

  constructor(private readonly options: ModelOptions) {
    super();
    this.name = options.name;
    this.fields = options.fields as F;
    this.entries = Object.entries(options.fields);
  }

  check(input: Json, place: Place | undefined, issues: IssueList): T | Invalid {
    if (!(input instanceof Map)) {
      const msg = 'Input should be a valid dictionary or object to extract fields from';
      return issues.add('model_attributes_type', place, msg, input);
    }
    const prepared = this.prepare(input, place, issues);
    if (prepared === INVALID) return INVALID;
    const model = this.checkFields(prepared, place, issues);
    const knowsAllKeys = this.checkUnknownKeys(prepared, place, issues);
    if (model === INVALID || !knowsAllKeys) return INVALID;
    for (const rule of this.options.rules.after ?? []) {
      const violation = rule(model as never);
      if (violation !== undefined) return issues.addRule(violation, place, input);
    }
    return model;
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    const describeObject = (): OpenApiSchema => ({
      type: 'object',
      title: this.name,
      properties: Object.fromEntries(this.entries.map(([name, field]) => [name, describeField(name, field, components)])),
      required: this.requiredNames(),
      additionalProperties: this.options.refusesUnknownKeys ? false : undefined,
    });
    return this.name === '' ? describeObject() : components.reference(this.name, describeObject);
  }

  private prepare(input: JsonObject, place: Place | undefined, issues: IssueList): JsonObject | Invalid {
    let prepared = input;
    for (const rule of this.options.rules.before ?? []) {
      const result = rule(prepared);
      if (typeof result === 'string') return issues.addRule(result, place, input);
      prepared = result;
    }
    return prepared;
  }

  private checkFields(input: JsonObject, place: Place | undefined, issues: IssueList): T | Invalid {
    const accepted: Record<string, unknown> = {};
    let isValid = true;
    for (const [name, field] of this.entries) {
      const sent = input.get(name);
      if (sent === undefined || (this.options.emptyIsAbsent && sent === '')) {
        if (field.kind === 'optional') accepted[name] = field.makeDefault();
        if (field.kind !== 'required') continue;
        issues.add('missing', below(place, name), 'Field required', this.options.isFlat ? null : input);
        isValid = false;
        continue;
      }
      const value = field.schema.check(sent, below(place, name), issues);
      if (value === INVALID) isValid = false;
      else accepted[name] = value;
    }
    return isValid ? (accepted as T) : INVALID;
  }

  private checkUnknownKeys(input: JsonObject, place: Place | undefined, issues: IssueList): boolean {
    if (!this.options.refusesUnknownKeys) return true;
    let isValid = true;
    for (const [key, value] of input) {
      if (Object.hasOwn(this.fields, key)) continue;
      issues.add('extra_forbidden', below(place, key), 'Extra inputs are not permitted', value);
      isValid = false;
    }
    return isValid;
  }

  private requiredNames(): string[] | undefined {
    const names = this.entries.filter(([, field]) => field.kind === 'required').map(([name]) => name);
    return names.length === 0 ? undefined : names;
  }
}

function describeField(name: string, field: Field<unknown>, components: OpenApiComponents): OpenApiSchema {
  const schema = field.schema.describe(components);
  const shownDefault = field.kind === 'optional' ? field.shownDefault : undefined;
  const titled = schema['$ref'] === undefined && schema['title'] === undefined ? { ...schema, title: titleOf(name) } : schema;
  return shownDefault === undefined || shownDefault === null ? titled : { ...titled, default: shownDefault };
}
