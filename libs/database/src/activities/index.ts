export {
  ActivityMoved,
  findActivityProgress,
  findLastActivityMessage,
  insertActivity,
  logActivity,
  moveActivity,
  type ActivityLogLine,
  type ActivityMove,
  type ActivityProgress,
  type NewActivity,
} from './activity-progress.queries.js';
export {
  claimActivityAttempt,
  closeActivityAttempt,
  countLostActivityAttempts,
  findOpenActivityAttempt,
  nameActivityAttempt,
  type ActivityAttempt,
} from './activity-attempt.queries.js';
