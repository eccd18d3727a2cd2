import { STATUS_CODES } from 'node:http';
import type { JsonInput } from '@fractal-server/domain';

/**
 * A refusal that only exists over HTTP (credentials, routing, limits, an unreadable body). Rules of the product throw `DomainError` instead.
 */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    /** What clients find under `detail`; the status's own phrase when not given. */
    readonly detail: JsonInput = STATUS_CODES[status] ?? 'Error',
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof detail === 'string' ? detail : `HTTP ${status}`);
    this.name = 'HttpError';
  }
}
