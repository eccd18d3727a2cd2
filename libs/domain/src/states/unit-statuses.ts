import { stateMachine } from './state-machine.js';

/** What clients see of a unit (contract: runner.md 7.1). */
export type UnitStatus = 'submitted' | 'done' | 'failed';

/**
 * `done → failed` is the one move after an end: units of a run whose outputs could not be merged all become failed, and so do those of the
 * latest run when an administrator marks the job as failed.
 */
export const unitStatuses = stateMachine<UnitStatus>('unit', { submitted: ['done', 'failed'], done: ['failed'], failed: [] });

/** Whether the unit's own result is known. */
export function isUnitSettled(status: UnitStatus): boolean {
  return status !== 'submitted';
}
