export type { AccountingFilter } from './accounting-filter.js';
export {
  insertSlurmAccounting,
  listAccountedSlurmJobs,
  type SlurmAccountingFilter,
  type SlurmAccountingRecord,
} from './slurm-accounting.queries.js';
export { countAccountingRecords, listAccountingRecords, type AccountingRecord } from './task-accounting.queries.js';
