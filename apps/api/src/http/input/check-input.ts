import type { Json, Model, Outcome, ValidationIssue } from '@fractal-server/domain';
import { LongObject } from '../body/long-object.js';
import type { FormFile } from '../body/form-body.js';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { readPage, type PageRequest } from './page.js';
import type { BodyInput, RouteInput } from './route-input.js';

/** The raw parts of a request. */
export interface ReceivedRequest {
  readonly path: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  /** The value of the body; undefined when nothing was sent, or the route reads none. */
  readonly body: Json | LongObject | undefined;
  readonly files?: ReadonlyMap<string, FormFile> | undefined;
}

/** What the handler receives; see `InputOf` for its type. */
export interface CheckedInput {
  readonly path: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly page?: PageRequest;
  readonly files?: ReadonlyMap<string, FormFile>;
}

/**
 * Judges a whole request: all failures of path, query and body are told at once, in this order (contract: auth-admin 1.4). Page numbers out
 * of range are told alone, before the rest.
 *
 * @throws {InvalidInputError} @throws {HttpError}
 */
export function checkInput(input: RouteInput, received: ReceivedRequest): CheckedInput {
  const issues: ValidationIssue[] = [];
  const path = collect(input.path.validate(received.path as Map<string, Json>, ['path']), issues);
  const query = collect(input.query.validate(received.query as Map<string, Json>, ['query']), issues);
  const page = input.isPaged ? pageIn(input.query, received.query, query) : undefined;
  const body = input.body === undefined ? undefined : checkBody(input.body, received.body, issues);
  if (issues.length > 0) throw new InvalidInputError(issues);
  return {
    path,
    query,
    body,
    ...(page === undefined ? {} : { page }),
    ...(received.files === undefined ? {} : { files: received.files }),
  };
}

function collect(outcome: Outcome<unknown>, issues: ValidationIssue[]): unknown {
  if (outcome.ok) return outcome.value;
  issues.push(...outcome.issues);
  return undefined;
}

/** A long object is passed on as it is: the handler judges it piece by piece. */
function checkBody({ schema, isOptional }: BodyInput<unknown>, body: Json | LongObject | undefined, issues: ValidationIssue[]): unknown {
  if (body instanceof LongObject) return body;
  if (body === null || body === undefined) {
    if (!isOptional) issues.push({ type: 'missing', loc: ['body'], msg: 'Field required', input: null });
    return undefined;
  }
  return collect(schema.validate(body, ['body']), issues);
}

/** The page is judged even when another parameter is wrong, but not when its own parameters are no numbers. */
function pageIn(model: Model<unknown>, received: ReadonlyMap<string, string>, checked: unknown): PageRequest | undefined {
  if (checked !== undefined) return readPage(checked as { page: number; page_size: number | null });
  const { page, page_size } = model.fields;
  const own = [
    ['page', page],
    ['page_size', page_size],
  ] as const;
  const values = own.map(([name, field]) => {
    const text = received.get(name);
    const outcome = field === undefined || text === undefined ? undefined : field.schema.validate(text, ['query', name]);
    return outcome === undefined ? (name === 'page' ? 1 : null) : outcome.ok ? outcome.value : undefined;
  });
  return values.includes(undefined) ? undefined : readPage({ page: values[0] as number, page_size: values[1] as number | null });
}
