import type { BatchAttempt, NextLook } from '@fractal-server/database';
import type { BatchStep } from './batch-step.js';

/**
 * How batches come to life on one kind of resource. Each method is the step of one state; all of them may be repeated after any crash, and
 * none waits for a unit.
 */
export interface Executor {
  /** `planned`: makes the folders that all attempts share. */
  stage(step: BatchStep): Promise<NextLook>;
  /** `staged`: writes down the name of a new attempt, before anything is started under it. */
  name(step: BatchStep, previous: BatchAttempt | null): Promise<NextLook>;
  /** `submitting`: starts the attempt, or finds that it was started. */
  start(step: BatchStep, attempt: BatchAttempt): Promise<NextLook>;
  /** `live`: looks at the attempt, settles what is new, and follows its end. */
  look(step: BatchStep, attempt: BatchAttempt): Promise<NextLook>;
  /** `gone`: the attempt is over; brings home what it left. */
  fetch(step: BatchStep, attempt: BatchAttempt): Promise<NextLook>;
}
