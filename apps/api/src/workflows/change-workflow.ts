import {
  listWorkflowTaskIds,
  lockWorkflow,
  reorderWorkflowTasks,
  sqlState,
  updateWorkflow,
  type Database,
  type Transaction,
} from '@fractal-server/database';
import { DomainError, pythonRepr } from '@fractal-server/domain';
import { requireNoSubmittedJob } from './submitted-jobs.js';
import { requireFreeWorkflowName, workflowNameTaken } from './workflow-names.js';
import { requireWorkflow } from './workflow-steps.js';

/** What may be changed of a workflow; absent fields stay. */
export interface WorkflowPatch {
  readonly name?: string;
  readonly description?: string | null;
  /** The ids of all its workflow tasks in their new order. */
  readonly reorderedWorkflowTaskIds?: readonly number[];
}

const UNIQUE_VIOLATION = '23505';

/**
 * Renames, describes or re-orders a workflow (contract: api-data-model W4).
 *
 * @throws DomainError notFound; refused when the name is taken, a job is submitted or the ids are not those of the workflow
 */
export async function changeWorkflow(database: Database, projectId: number, workflowId: number, patch: WorkflowPatch): Promise<void> {
  const { name, description, reorderedWorkflowTaskIds } = patch;
  try {
    await database.transaction(async (transaction) => {
      const workflow = requireWorkflow(await lockWorkflow(transaction, projectId, workflowId));
      if (name !== undefined && name !== workflow.name) await requireFreeWorkflowName(transaction, projectId, name);
      if (reorderedWorkflowTaskIds !== undefined) await reorder(transaction, workflowId, reorderedWorkflowTaskIds);
      await updateWorkflow(transaction, workflowId, {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
      });
    });
  } catch (error) {
    // Another workflow got the name after the look: the only unique index that an update of a workflow can violate.
    if (name !== undefined && sqlState(error) === UNIQUE_VIOLATION) throw workflowNameTaken(name, projectId);
    throw error;
  }
}

async function reorder(transaction: Transaction, workflowId: number, wanted: readonly number[]): Promise<void> {
  await requireNoSubmittedJob(transaction, workflowId, 're-order');
  const current = await listWorkflowTaskIds(transaction, workflowId);
  const ids = new Set(wanted);
  if (ids.size !== current.length || !current.every((id) => ids.has(id))) {
    const text = `\`reordered_workflowtask_ids\` must be a permutation of ${pythonRepr(current)} (given ${pythonRepr([...wanted])})`;
    throw new DomainError('refused', 'workflow.no_permutation', text);
  }
  await reorderWorkflowTasks(transaction, workflowId, wanted);
}
