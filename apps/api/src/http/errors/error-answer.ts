import { randomUUID } from 'node:crypto';
import { isDatabaseAway, isUnstorableValue } from '@fractal-server/database';
import { DomainError, type DomainErrorKind, type JsonInput } from '@fractal-server/domain';
import { HttpError } from './http-error.js';
import { InvalidInputError } from './invalid-input-error.js';

/** How an error is shown to the client, and whether it is a fault of ours that has to be logged. */
export interface ErrorAnswer {
  readonly status: number;
  /** JSON; a text for what must not look like JSON (an unexpected error). */
  readonly body: { readonly json: JsonInput } | { readonly text: string };
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the error was not expected; it ties the log to the answer. */
  readonly errorId?: string;
}

const STATUS_OF_KIND: Readonly<Record<DomainErrorKind, number>> = { notFound: 404, forbidden: 403, refused: 422, unavailable: 503 };

/** A client that gets 503 may try again after so many seconds. */
const RETRY_AFTER = { 'retry-after': '5' };

/** Marks answers that carry data beside the text (contract: auth-admin 1.5). */
const HAS_DATA = '[HAS_ERROR_DATA]';

/** Maps an error to its answer (contract: auth-admin 1.5). The only place that knows the statuses of domain errors. */
export function answerError(error: unknown): ErrorAnswer {
  if (error instanceof InvalidInputError) return json(422, { detail: error.issues.map((issue) => ({ ...issue })) });
  if (error instanceof DomainError) return answerRefusal(error);
  if (error instanceof HttpError) return json(error.status, { detail: error.detail }, error.headers);
  if (isDatabaseAway(error)) return json(503, { detail: 'The database cannot be reached at the moment.' }, RETRY_AFTER);
  if (isUnstorableValue(error)) return json(422, { detail: 'The request holds a value that cannot be stored.' });
  return { status: 500, body: { text: 'Internal Server Error' }, headers: { connection: 'close' }, errorId: randomUUID() };
}

function answerRefusal({ kind, message, details }: DomainError): ErrorAnswer {
  const status = STATUS_OF_KIND[kind];
  const headers = kind === 'unavailable' ? RETRY_AFTER : {};
  if (details.data === undefined) return json(status, { detail: details.asList === true ? [message] : message }, headers);
  return json(status, { detail: message === '' ? HAS_DATA : `${message} ${HAS_DATA}`, data: details.data as JsonInput }, headers);
}

function json(status: number, body: JsonInput, headers: Readonly<Record<string, string>> = {}): ErrorAnswer {
  return { status, body: { json: body }, headers };
}
