import { nullable } from '../validation/containers/nullable.js';
import { optional } from '../validation/models/field.js';
import { integer } from '../validation/scalars/integer.js';

/** The query parameters of every paged list, to be put among the other parameters of a route (contract: auth-admin 1.8). */
export const PAGINATION_FIELDS = {
  page: optional(integer(), 1),
  page_size: optional(nullable(integer()), null),
} as const;

/** A page that was asked for; without a size, page 1 holds everything. */
export interface PageRequest {
  readonly page: number;
  readonly page_size: number | null;
}

const HELP = 'For further information visit https://errors.pydantic.dev/2.13/v/';

/** What is wrong with a page that was asked for, as the text that clients get; undefined when it is fine. */
export function paginationFault({ page, page_size: pageSize }: PageRequest): string | undefined {
  const faults = [fieldFault('page', page), fieldFault('page_size', pageSize ?? 1)].filter((fault) => fault !== undefined);
  if (faults.length === 0 && page > 1 && pageSize === null) {
    faults.push(
      `  Value error, page_size is None but page=${page} is greater than 1. ` +
        `[type=value_error, input_value={'page': ${page}, 'page_size': None}, input_type=dict]\n    ${HELP}value_error`,
    );
  }
  if (faults.length === 0) return undefined;
  const title = `${faults.length} validation error${faults.length === 1 ? '' : 's'} for PaginationRequest`;
  return `Invalid pagination parameters. Original error: '${[title, ...faults].join('\n')}'.`;
}

function fieldFault(field: string, value: number): string | undefined {
  if (value >= 1) return undefined;
  return (
    `${field}\n  Input should be greater than or equal to 1 ` +
    `[type=greater_than_equal, input_value=${value}, input_type=int]\n    ${HELP}greater_than_equal`
  );
}
