import type { Schema } from '@fractal-server/domain';

/** The success answer of a route. `A` is what its handler returns. */
export interface Answer<A = unknown> {
  readonly status: number;
  readonly body:
    | { readonly kind: 'json'; readonly schema: Schema<unknown> }
    | { readonly kind: 'empty' }
    | { readonly kind: 'file'; readonly type: string };
  /** Only a type: what the handler returns. */
  readonly returns?: A;
}

/** A JSON body described by a schema. */
export function json<T>(status: number, schema: Schema<T>): Answer<T> {
  return { status, body: { kind: 'json', schema } };
}

/** No body at all. */
export function empty(status: number): Answer<void> {
  return { status, body: { kind: 'empty' } };
}

/** A file that the handler returns as Nest's `StreamableFile`. */
export function file<F>(type: string): Answer<F> {
  return { status: 200, body: { kind: 'file', type } };
}
