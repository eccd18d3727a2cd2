import type { EngineJob } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/** The dataset was deleted although a job works on it; only the database's administrator can do that (contract: runner.md 2.3). */
export function datasetGone({ id, datasetId, workflowId }: EngineJob): DomainError {
  return new DomainError(
    'notFound',
    'job.dataset_gone',
    `Cannot fetch workflow ${workflowId} or dataset ${datasetId} for job ${id}: one of them was deleted.`,
  );
}
