import { deleteWorkflowTask, lockWorkflow, type Database } from '@fractal-server/database';
import { requireNoSubmittedJob } from '../workflows/submitted-jobs.js';
import { requireWorkflow } from '../workflows/workflow-steps.js';
import type { WorkflowTaskPath } from './change-workflow-task.js';
import { getWorkflowTask } from './find-workflow-task.js';

/**
 * Takes a task out of a workflow; the later ones move up (contract: api-data-model WT4).
 *
 * @throws DomainError notFound; refused while a job of the workflow is submitted
 */
export async function removeWorkflowTask(database: Database, { projectId, workflowId, workflowTaskId }: WorkflowTaskPath): Promise<void> {
  await database.transaction(async (transaction) => {
    requireWorkflow(await lockWorkflow(transaction, projectId, workflowId));
    await getWorkflowTask(transaction, workflowId, workflowTaskId);
    await requireNoSubmittedJob(transaction, workflowId, 'delete task');
    await deleteWorkflowTask(transaction, workflowId, workflowTaskId);
  });
}
