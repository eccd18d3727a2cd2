export { IllegalMoveError, type StateMachine, stateMachine } from './state-machine.js';
export { isJobStateActive, type JobState, jobStates, type JobStatus, jobStatuses } from './job-states.js';
export { type RunState, runStates, type RunStatus, runStatuses, runStatusOf } from './run-states.js';
export { type BatchState, batchStates, mayBatchBeAlive } from './batch-states.js';
export { type AttemptState, attemptStates } from './attempt-states.js';
export { isUnitSettled, type UnitStatus, unitStatuses } from './unit-statuses.js';
export { type ActivityAction, type ActivityStatus, activityStatuses, isEndedActivity } from './activity-statuses.js';
