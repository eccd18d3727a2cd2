import { addJobLogOnce } from '@fractal-server/database';
import type { BatchStep } from '../batches/batch-step.js';
import { loggerOf } from '../logs/job-logger.js';

/** Tells the people of a job what it waits for, each reason once an hour, however many of its batches wait for it and are looked at. */
export async function tellWait({ lease, batch }: BatchStep, reason: string): Promise<void> {
  const line = { level: 'WARNING', message: `Waiting for the cluster: ${reason}` } as const;
  await lease.transaction((tx) => addJobLogOnce(tx, batch.jobId, loggerOf({ id: batch.jobId, workflowId: batch.workflowId }), line));
}
