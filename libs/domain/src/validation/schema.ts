import type { Json } from '../json/json.js';
import { INVALID, type Invalid, IssueList, type Location, type Place, placeOf, type ValidationIssue } from './issue.js';
import type { OpenApiComponents, OpenApiSchema } from './open-api.js';

/** What became of an input: the value with all coercions and defaults applied, or everything that is wrong with it. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/** The type of the values that a schema lets through. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/**
 * A rule for a value, itself a value: it judges and coerces inputs, and describes itself for OpenAPI.
 * Schemas are immutable and may be shared.
 */
export abstract class Schema<T> {
  /** Judges a value inside a larger one: returns it coerced, or adds what is wrong to `issues` and returns `INVALID`. */
  abstract check(input: Json, place: Place | undefined, issues: IssueList): T | Invalid;

  /** The JSON schema of the accepted values; named schemas are put into `components` and referred to. */
  abstract describe(components: OpenApiComponents): OpenApiSchema;

  /** Judges a whole input. `undefined` (nothing was sent) is a `missing` issue. */
  validate(input: Json | undefined, loc: Location): Outcome<T> {
    const issues = new IssueList();
    const place = placeOf(loc);
    const value = input === undefined ? issues.add('missing', place, 'Field required', null) : this.check(input, place, issues);
    return value === INVALID ? { ok: false, issues: issues.issues } : { ok: true, value };
  }

  /** The same schema with one more rule on the accepted value: a text when it is broken (a `value_error` entry). */
  refine(rule: Rule<T>): Schema<T> {
    return new RuledSchema(this, rule);
  }

  /** The same schema, its accepted values turned into something else. */
  transform<U>(turn: (value: T) => U): Schema<U> {
    return new TransformedSchema(this, turn);
  }

  /** The same schema, its accepted values judged by a second one, whose issues name the value as it is by then. */
  pipe<U>(this: Schema<T & Json>, next: Schema<U>): Schema<U> {
    return new PipedSchema(this, next);
  }
}

/** A rule of our own: the text of the violation, or undefined when it holds. */
export type Rule<T> = (value: T) => string | undefined;

class RuledSchema<T> extends Schema<T> {
  constructor(
    private readonly inner: Schema<T>,
    private readonly rule: Rule<T>,
  ) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): T | Invalid {
    const value = this.inner.check(input, place, issues);
    if (value === INVALID) return INVALID;
    const violation = this.rule(value);
    return violation === undefined ? value : issues.addRule(violation, place, input);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return this.inner.describe(components);
  }
}

class TransformedSchema<T, U> extends Schema<U> {
  constructor(
    private readonly inner: Schema<T>,
    private readonly turn: (value: T) => U,
  ) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): U | Invalid {
    const value = this.inner.check(input, place, issues);
    return value === INVALID ? INVALID : this.turn(value);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return this.inner.describe(components);
  }
}

class PipedSchema<U> extends Schema<U> {
  constructor(
    private readonly first: Schema<Json>,
    private readonly next: Schema<U>,
  ) {
    super();
  }

  check(input: Json, place: Place | undefined, issues: IssueList): U | Invalid {
    const value = this.first.check(input, place, issues);
    return value === INVALID ? INVALID : this.next.check(value, place, issues);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { ...this.first.describe(components), ...this.next.describe(components) };
  }
}
