import { stateMachine } from './state-machine.js';

/** Where a run stands for the engine. `init` executes the init part of a compound task, whose list the next `planning` turns into units. */
export type RunState = 'planning' | 'init' | 'executing' | 'merging' | 'done' | 'failed';

/** A run may fail at any point: a guard while planning, an invalid list after the init part, an output that cannot be merged. */
export const runStates = stateMachine<RunState>('run', {
  planning: ['init', 'executing', 'merging', 'failed'],
  init: ['planning', 'merging', 'failed'],
  executing: ['merging', 'failed'],
  merging: ['done', 'failed'],
  done: [],
  failed: [],
});

/** What clients see of a run (contract: runner.md 7.1). */
export type RunStatus = 'submitted' | 'done' | 'failed';

/** A run ends once. */
export const runStatuses = stateMachine<RunStatus>('run', { submitted: ['done', 'failed'], done: [], failed: [] });

/** The wire status that belongs to an engine state. */
export function runStatusOf(state: RunState): RunStatus {
  return state === 'done' || state === 'failed' ? state : 'submitted';
}
