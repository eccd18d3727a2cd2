export {
  ensureAccount,
  ringAccount,
  findPolledAccount,
  findQueueTrouble,
  noteAnswer,
  noteQuestion,
  noteSilence,
  type AccountKey,
  type PolledAccount,
} from './account.queries.js';
export {
  findQueueSight,
  listAskedAttempts,
  lockBatchLines,
  ringBatches,
  writeQueueSights,
  type AskedAttempt,
  type NewQueueSight,
  type QueueSight,
  type QueueVerdict,
  type QueueWitness,
} from './queue-sight.queries.js';
export { findSubmitLimit, noteSubmitLimit, type StandingLimit, type SubmitLimit } from './submit-limit.queries.js';
