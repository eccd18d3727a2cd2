import { deleteWorkflow, lockWorkflow, type Database } from '@fractal-server/database';
import { requireNoSubmittedJob } from './submitted-jobs.js';
import { requireWorkflow } from './workflow-steps.js';

/**
 * Deletes a workflow with its tasks; its jobs and runs stay (contract: api-data-model W5).
 *
 * @throws DomainError notFound; refused while a job of it is submitted
 */
export async function removeWorkflow(database: Database, projectId: number, workflowId: number): Promise<void> {
  await database.transaction(async (transaction) => {
    requireWorkflow(await lockWorkflow(transaction, projectId, workflowId));
    await requireNoSubmittedJob(transaction, workflowId, 'delete');
    await deleteWorkflow(transaction, workflowId);
  });
}
