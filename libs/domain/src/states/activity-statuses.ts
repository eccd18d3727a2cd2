import { stateMachine } from './state-machine.js';

/** What clients see of a task-group activity (contract: api-execution.md 15). */
export type ActivityStatus = 'pending' | 'ongoing' | 'failed' | 'OK';

/** An activity for which there is nothing to do may be `OK` without having been `ongoing`. */
export const activityStatuses = stateMachine<ActivityStatus>('activity', {
  pending: ['ongoing', 'OK', 'failed'],
  ongoing: ['OK', 'failed'],
  failed: [],
  OK: [],
});

/** Whether the activity is over. */
export function isEndedActivity(status: ActivityStatus): boolean {
  return activityStatuses.isTerminal(status);
}

/** One operation of a task group's lifecycle. */
export type ActivityAction = 'collect' | 'deactivate' | 'reactivate' | 'delete' | 'reset';
