import type { AccountingFilter, AccountingRecord } from '@fractal-server/database';
import { awareDateTime, integer, lenientModel, list, nullable, optional, required, string, type Infer } from '@fractal-server/domain';

const queryFields = {
  user_id: optional(nullable(integer()), null),
  timestamp_min: optional(nullable(awareDateTime()), null),
  timestamp_max: optional(nullable(awareDateTime()), null),
  fractal_job_id: optional(nullable(integer()), null),
} as const;

/** Which records are asked for. `fractal_job_id` is taken and has no effect: these records have no job (contract: auth-admin 5.1). */
export const accountingQuery = lenientModel('AccountingQuery', queryFields);

/** Which SLURM jobs are asked for. */
export const slurmAccountingQuery = lenientModel('AccountingQuerySLURM', {
  ...queryFields,
  resource_id: optional(nullable(integer()), null),
});

const accountingRecordRead = lenientModel('AccountingRecordRead', {
  id: required(integer()),
  user_id: required(integer()),
  timestamp: required(string()),
  num_tasks: required(integer()),
  num_new_images: required(integer()),
});

/** A part of the records that pass a filter. */
export const accountingPage = lenientModel('PaginationResponse_AccountingRecordRead_', {
  current_page: required(integer()),
  page_size: required(integer()),
  total_count: required(integer()),
  items: required(list(accountingRecordRead)),
});

/** The filter that both queries share. */
export function toAccountingFilter(query: Infer<typeof accountingQuery>): AccountingFilter {
  return { userId: query.user_id, timestampMin: query.timestamp_min, timestampMax: query.timestamp_max };
}

export function toAccountingRecordRead(record: AccountingRecord): Infer<typeof accountingRecordRead> {
  return {
    id: record.id,
    user_id: record.userId,
    timestamp: record.timestamp,
    num_tasks: record.numTasks,
    num_new_images: record.numNewImages,
  };
}
