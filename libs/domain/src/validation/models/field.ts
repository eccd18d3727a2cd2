import type { Json } from '../../json/json.js';
import type { Schema } from '../schema.js';

/** A field that must be present. */
export interface RequiredField<T> {
  readonly kind: 'required';
  readonly schema: Schema<T>;
}

/** A field that has a default. */
export interface OptionalField<T> {
  readonly kind: 'optional';
  readonly schema: Schema<T>;
  readonly makeDefault: () => T;
  /** Whether the generated API description shows the default. */
  readonly shownDefault: Json | undefined;
}

/** A field that may be absent, and then is absent in the result too: what a PATCH leaves alone. */
export interface OmittableField<T> {
  readonly kind: 'omittable';
  readonly schema: Schema<T>;
}

export type Field<T> = RequiredField<T> | OptionalField<T> | OmittableField<T>;

/** A field that must be present; whether it may be `null` is its schema's word. */
export function required<T>(schema: Schema<T>): RequiredField<T> {
  return { kind: 'required', schema };
}

/**
 * A field with a default: a plain value, or a function where every result needs a list or `Map` of its own. An explicit `null` is not
 * "absent": the schema judges it.
 */
export function optional<T>(schema: Schema<T>, byDefault: ScalarOf<T> | (() => T)): OptionalField<T> {
  if (typeof byDefault === 'function') return { kind: 'optional', schema, makeDefault: byDefault as () => T, shownDefault: undefined };
  const value = byDefault as T;
  return { kind: 'optional', schema, makeDefault: () => value, shownDefault: byDefault as Json };
}

/** A field that is absent from the result when it is absent from the input. An explicit `null` is judged by the schema. */
export function omittable<T>(schema: Schema<T>): OmittableField<T> {
  return { kind: 'omittable', schema };
}

/** What may be a shared default: nothing that somebody could change. */
type ScalarOf<T> = Extract<T, null | boolean | number | string>;
