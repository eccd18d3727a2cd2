import type { EngineJob } from '@fractal-server/database';

/** Name of the logger in the lines of a job (contract: runner.md 2.1). */
export function loggerOf({ id, workflowId }: Pick<EngineJob, 'id' | 'workflowId'>): string {
  return `WF${workflowId ?? ''}_job${id}`;
}
