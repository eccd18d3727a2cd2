import { stateMachine } from './state-machine.js';

/** Where a job stands for the engine. What clients see is the wire status, another column. */
export type JobState = 'queued' | 'preparing' | 'running' | 'stopping' | 'finalizing' | 'paused' | 'closed';

/**
 * `paused` waits for a lasting failure of the site to be mended and goes back to where it was. `stopping` ends attempts first; `finalizing`
 * completes `workflow.log` and the archive; a job is swept until it is `closed`.
 */
export const jobStates = stateMachine<JobState>('job', {
  queued: ['preparing', 'paused', 'stopping'],
  preparing: ['running', 'paused', 'stopping', 'finalizing'],
  running: ['paused', 'stopping', 'finalizing'],
  paused: ['queued', 'preparing', 'running', 'stopping'],
  stopping: ['finalizing'],
  finalizing: ['closed'],
  closed: [],
});

/** Whether the engine still plans and starts work of the job. */
export function isJobStateActive(state: JobState): boolean {
  return state === 'queued' || state === 'preparing' || state === 'running' || state === 'paused';
}

/** What clients see of a job (contract: runner.md 7.2). */
export type JobStatus = 'submitted' | 'done' | 'failed';

/** A job ends once; no late result changes the end. */
export const jobStatuses = stateMachine<JobStatus>('job', { submitted: ['done', 'failed'], done: [], failed: [] });
