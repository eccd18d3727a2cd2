import type { EngineBatch, Lease } from '@fractal-server/database';
import type { EngineContext } from '../engine-context.js';

/** What a step of a batch works with. */
export interface BatchStep {
  readonly context: EngineContext;
  readonly lease: Lease;
  readonly batch: EngineBatch;
}

/** Whether the batch's units are to be ended: its job was cancelled, or an administrator closed it. */
export function isEnding({ isCancelRequested, jobStatus }: EngineBatch): boolean {
  return isCancelRequested || jobStatus !== 'submitted';
}
