export {
  claimAttempt,
  closeAttempt,
  findLatestAttempt,
  insertAttempt,
  listLiveBatches,
  type BatchAttempt,
  type LiveBatch,
  type NewAttempt,
} from './attempt.queries.js';
export {
  findEngineBatch,
  giveUpPlaceOfBatch,
  insertBatch,
  isPhaseSettled,
  listOpenBatches,
  moveBatch,
  moveBatchAlong,
  resetResults,
  type BatchPhase,
  type EngineBatch,
  type NewBatch,
} from './batch.queries.js';
