import {
  integer,
  PAGINATION_FIELDS,
  parameters,
  required,
  type Fields,
  type Model,
  type ModelOf,
  type RequiredField,
  type Schema,
} from '@fractal-server/domain';
import type { FormFile } from '../body/form-body.js';
import type { PageRequest } from './page.js';
import type { LongObject } from '../body/long-object.js';

/** The body that a route reads: its media type and its schema. */
export interface BodyInput<B> {
  readonly kind: 'json' | 'form';
  readonly schema: Schema<B>;
  /** Without a body the value is `undefined`, and so it is for a JSON `null`. */
  readonly isOptional: boolean;
  /** The member that makes bodies long: such a body reaches the handler as a `LongObject`. */
  readonly longList?: string;
}

/** Everything that a route takes from its request. Made by `routeInput`. */
export interface RouteInput<P = unknown, Q = unknown, B = unknown, Paged extends boolean = boolean, TakesFiles extends boolean = boolean> {
  readonly path: Model<P>;
  readonly query: Model<Q>;
  readonly body: BodyInput<B> | undefined;
  readonly isPaged: Paged;
  readonly takesFiles: TakesFiles;
}

/** What the handler of a route with this input receives. */
export type InputOf<I> =
  I extends RouteInput<infer P, infer Q, infer B, infer Paged, infer TakesFiles>
    ? { readonly path: P; readonly query: Q; readonly body: B } & (Paged extends true ? { readonly page: PageRequest } : unknown) &
        (TakesFiles extends true ? { readonly files: ReadonlyMap<string, FormFile> } : unknown)
    : never;

type PathSchemas = Readonly<Record<string, Schema<unknown>>>;
type PathFields<P extends PathSchemas> = { readonly [N in keyof P]: P[N] extends Schema<infer T> ? RequiredField<T> : never };

/** States the input of a route: path parameters by schema, query parameters as fields, a body; `paged` adds `page` and `page_size`. */
export function routeInput<
  const P extends PathSchemas = {},
  const Q extends Fields = {},
  B = undefined,
  const Paged extends boolean = false,
  const TakesFiles extends boolean = false,
>({
  path,
  query,
  body,
  form,
  files,
  paged,
}: {
  readonly path?: P;
  readonly query?: Q;
  /** Schema of the JSON body; `optionalBody` where it may be absent. */
  readonly body?: Schema<B> | OptionalBody<B> | LongBody<B>;
  /** Schema of a form, urlencoded or multipart, instead of a JSON body. */
  readonly form?: Schema<B>;
  /** The form may also hold files: they are stored, and what the handler does not take over is removed. See `FormFile`. */
  readonly files?: TakesFiles;
  readonly paged?: Paged;
}): RouteInput<ModelOf<PathFields<P>>, ModelOf<Q>, B, Paged, TakesFiles> {
  const pathFields = Object.fromEntries(Object.entries(path ?? {}).map(([name, schema]) => [name, required(schema)]));
  const queryFields = { ...query, ...(paged === true ? PAGINATION_FIELDS : {}) };
  return {
    path: parameters(pathFields) as unknown as Model<ModelOf<PathFields<P>>>,
    query: parameters(queryFields) as unknown as Model<ModelOf<Q>>,
    body: bodyInput(body, form),
    isPaged: (paged ?? false) as Paged,
    takesFiles: (files ?? false) as TakesFiles,
  };
}

function bodyInput<B>(body: Schema<B> | OptionalBody<B> | LongBody<B> | undefined, form: Schema<B> | undefined): BodyInput<B> | undefined {
  if (form !== undefined) return { kind: 'form', schema: form, isOptional: false };
  if (body === undefined) return undefined;
  if (body instanceof LongBody) return { kind: 'json', schema: body.schema as Schema<B>, isOptional: false, longList: body.listName };
  return body instanceof OptionalBody
    ? { kind: 'json', schema: body.schema as Schema<B>, isOptional: true }
    : { kind: 'json', schema: body, isOptional: false };
}

class OptionalBody<B> {
  declare readonly value: B;
  constructor(readonly schema: Schema<unknown>) {}
}

/** A body that may be absent or `null`; the handler then gets `undefined`. */
export function optionalBody<B>(schema: Schema<B>): OptionalBody<B | undefined> {
  return new OptionalBody<B | undefined>(schema);
}

class LongBody<B> {
  declare readonly value: B;
  constructor(
    readonly schema: Schema<unknown>,
    readonly listName: string,
  ) {}
}

/** A body that may be long through one of its lists; the handler then gets a `LongObject`, unjudged. */
export function longBody<B>(schema: Schema<B>, listName: string): LongBody<B | LongObject> {
  return new LongBody<B | LongObject>(schema, listName);
}

/** An identifier in a path. One that PostgreSQL's `integer` cannot hold is 422 instead of the reference's 500 (oddity 6). */
export function pathId(): Schema<number> {
  return integer();
}
