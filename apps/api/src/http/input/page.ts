import { integer, nullable, optional, type Fields } from '@fractal-server/domain';
import { HttpError } from '../errors/http-error.js';

/** Which part of a list is asked for (contract: auth-admin 1.8). */
export interface PageRequest {
  /** From 1. */
  readonly page: number;
  /** `null`: everything on one page. */
  readonly pageSize: number | null;
}

/** A part of a list, as it is answered. */
export interface Page<T> {
  readonly current_page: number;
  readonly page_size: number;
  readonly total_count: number;
  readonly items: T[];
}

/** Query parameters of a paged route; `readPage` judges their range, because that error has a shape of its own. */
export const pageFields = {
  page: optional(integer(), 1),
  page_size: optional(nullable(integer()), null),
} as const satisfies Fields;

const HELP = 'For further information visit https://errors.pydantic.dev/2.13/v';

/** @throws {HttpError} 422 whose detail is a text, not a list (contract: auth-admin 1.8) */
export function readPage({ page, page_size: pageSize }: { readonly page: number; readonly page_size: number | null }): PageRequest {
  const tooSmall = [
    ...(page < 1 ? [tooSmallText('page', page)] : []),
    ...(pageSize !== null && pageSize < 1 ? [tooSmallText('page_size', pageSize)] : []),
  ];
  if (tooSmall.length > 0) throw invalidPage(tooSmall);
  if (pageSize === null && page > 1) {
    throw invalidPage([
      `  Value error, page_size is None but page=${page} is greater than 1. [type=value_error, ` +
        `input_value={'page': ${page}, 'page_size': None}, input_type=dict]\n    ${HELP}/value_error`,
    ]);
  }
  return { page, pageSize };
}

function tooSmallText(name: string, value: number): string {
  return (
    `${name}\n  Input should be greater than or equal to 1 [type=greater_than_equal, input_value=${value}, input_type=int]\n` +
    `    ${HELP}/greater_than_equal`
  );
}

function invalidPage(problems: readonly string[]): HttpError {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} for PaginationRequest`;
  return new HttpError(422, `Invalid pagination parameters. Original error: '${[count, ...problems].join('\n')}'.`);
}

/** The rows to skip and to take; no limit when everything is on one page. */
export function offsetAndLimit({ page, pageSize }: PageRequest): { readonly offset: number; readonly limit: number | null } {
  return pageSize === null ? { offset: 0, limit: null } : { offset: (page - 1) * pageSize, limit: pageSize };
}

/** Puts items into the envelope of a page. Without a page size it is the number of all items, hence 0 for an empty list. */
export function pageOf<T>({ page, pageSize }: PageRequest, totalCount: number, items: T[]): Page<T> {
  return { current_page: page, page_size: pageSize ?? totalCount, total_count: totalCount, items };
}
