import type { NextLook } from '@fractal-server/database';
import { isEnding, type BatchStep } from '../batches/batch-step.js';
import { pauseForLastingFailure } from '../jobs/pause-job.js';
import { siteTroubleOf } from './site-trouble.js';
import { tellWait } from './tell-wait.js';

/** Seconds until a cluster that could not be reached is tried again; the connection itself has a back-off of its own. */
const AGAIN_SECONDS = 10;

/**
 * Takes the failure of a site for what it is: a passing one is waited for, with the reason shown; a lasting one pauses the job with the admin's
 * words (design promise 5). Neither touches a unit.
 */
export async function whileSiteIsInTrouble(step: BatchStep, work: () => Promise<NextLook>): Promise<NextLook> {
  try {
    return await work();
  } catch (error) {
    step.lease.signal.throwIfAborted();
    const trouble = siteTroubleOf(error);
    if (trouble === null) throw error;
    if (trouble.isLasting) return pauseForLastingFailure(step, trouble.reason);
    if (!isEnding(step.batch)) await tellWait(step, trouble.reason);
    return { afterSeconds: AGAIN_SECONDS * (0.75 + Math.random() / 2), waitingReason: trouble.reason };
  }
}
