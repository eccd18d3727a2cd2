import type { Executor } from '../batches/executor.js';
import { settleBatch } from '../batches/settle-batch.js';
import { lookAtLocalAttempt } from './look-at-local-attempt.js';
import { nameLocalAttempt, stageLocalBatch } from './stage-local-batch.js';
import { startLocalAttempt } from './start-local-attempt.js';

/** Units on the worker's own machine: one unit runner per batch, spawned by the worker, found again by its place and its claim. */
export const localExecutor: Executor = {
  stage: stageLocalBatch,
  name: nameLocalAttempt,
  start: startLocalAttempt,
  look: lookAtLocalAttempt,
  // A local batch passes through this state in one transaction: its files are at home already.
  fetch: (step, attempt) => settleBatch(step, attempt, 'The unit has no result.'),
};
