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
  insertBatches,
  isPhaseSettled,
  listOpenBatches,
  moveBatch,
  moveBatchAlong,
  resetResults,
  type BatchPhase,
  type EngineBatch,
  type NewBatches,
} from './batch.queries.js';
