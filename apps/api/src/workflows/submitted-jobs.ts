import { listSubmittedJobs, type Transaction } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/** What cannot be done to a workflow while one of its jobs is submitted (contract: api-data-model 9). */
export type BlockedChange = 'delete' | 're-order' | 'insert task' | 'delete task';

/**
 * Refuses a change of a workflow that has a submitted job. The caller holds the lock on the workflow, so that none is submitted meanwhile.
 *
 * @throws DomainError refused
 */
export async function requireNoSubmittedJob(transaction: Transaction, workflowId: number, change: BlockedChange): Promise<void> {
  const jobIds = await listSubmittedJobs(transaction, workflowId);
  if (jobIds.length > 0) throw new DomainError('refused', 'workflow.has_submitted_job', textOf(change, workflowId, jobIds));
}

function textOf(change: BlockedChange, workflowId: number, jobIds: readonly number[]): string {
  switch (change) {
    case 'delete':
      return `Cannot delete workflow ${workflowId} because it is linked to active job(s) ${jobIds.join(', ')}.`;
    case 're-order':
      return 'Cannot re-order WorkflowTasks while a Job is running for this Workflow.';
    case 'insert task':
      return 'Cannot perform WorkflowTask insertion while a Job is running for this Workflow.';
    case 'delete task':
      return 'Cannot delete a WorkflowTask while a Job is running for this Workflow.';
  }
}
