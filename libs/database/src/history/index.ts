export { findHistoryScope, type HistoryScope } from './history-scope.queries.js';
export type { JobFilter } from './job-filter.js';
export { countJobs, findShownJob, listJobs, type JobListPart } from './job-lists.queries.js';
export { findRunRelation, listShownRuns, type RunRelation, type ShownRun } from './runs.queries.js';
export type { ShownJob } from './shown-job.js';
export {
  countImagesByStatus,
  findRunningRange,
  listRunsWithWarnings,
  listTasksWithLatestRun,
  type ImageCounts,
  type LatestRun,
  type TaskWithLatestRun,
} from './task-statuses.queries.js';
export { findImageLog, findUnitLog, listShownUnits, type ShownUnit, type UnitLogPlace } from './units.queries.js';
