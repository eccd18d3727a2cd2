import { stateMachine } from './state-machine.js';

/** Where a batch stands: files written (`staged`), intent to start recorded (`submitting`), seen (`live`), over (`gone`), results here (`fetched`). */
export type BatchState = 'planned' | 'staged' | 'submitting' | 'live' | 'gone' | 'fetched' | 'settled';

/**
 * Back to `staged` is a new attempt at the same batch. A batch that never started is settled without having lived (its claim was revoked),
 * and one whose end was seen together with its results skips `live`.
 */
export const batchStates = stateMachine<BatchState>('batch', {
  planned: ['staged', 'settled'],
  staged: ['submitting', 'settled'],
  submitting: ['live', 'gone', 'staged', 'settled'],
  live: ['gone'],
  gone: ['fetched', 'staged'],
  fetched: ['settled', 'staged'],
  settled: [],
});

/** Whether a process or a SLURM job of the batch may exist outside. */
export function mayBatchBeAlive(state: BatchState): boolean {
  return state === 'submitting' || state === 'live';
}
