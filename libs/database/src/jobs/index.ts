export {
  findStoppingJobOnDataset,
  advanceJob,
  decideJob,
  endJob,
  findEngineJob,
  listJobsWaitingForDataset,
  moveJob,
  noteExecutorError,
  resetExecutorError,
  type EngineJob,
  type JobOutcome,
} from './job.queries.js';
export { holdForSubmission, type JobParts } from './hold-for-submission.queries.js';
export { findJobResourceType, markCancelRequested, markFailedByAdmin, workOfJob, type EndRefusal } from './job-ending.queries.js';
export { findJobPause, giveUpPausedJob, pauseJob, resumeJob, retryPausedJobs, type JobPause } from './job-pause.queries.js';
export { readImageStatuses, snapshotImageStatuses, writeImageStatuses } from './job-image-status.queries.js';
export {
  explainJob,
  type ExplainedAccount,
  type ExplainedAttempt,
  type ExplainedBatch,
  type ExplainedRun,
  type ExplainedWork,
  type JobExplanation,
} from './job-explanation.query.js';
export { findJobTask, insertJobTasks, listEarlierOutputTypes, type JobTask } from './job-snapshot.queries.js';
export { addJobLog, addJobLogOnce, readJobLog, type LogLevel, type NewLogLine } from './log-line.queries.js';
export { insertJob, reserveJob, touchTaskGroups, type NewJob, type ReservedJob } from './new-job.queries.js';
