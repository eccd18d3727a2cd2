import {
  findAndKeepTasks,
  insertWorkflowTasks,
  listWorkflowTaskIds,
  lockWorkflow,
  type Database,
  type TaskWithGroup,
  type Viewer,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { requireActiveTask, requireReadableTask, requireTask } from '../tasks/task-access.js';
import { requireNoSubmittedJob } from '../workflows/submitted-jobs.js';
import { requireWorkflow, type WorkflowStep } from '../workflows/workflow-steps.js';
import { newWorkflowTask, type WorkflowTaskFields } from './new-workflow-task.js';

/** A task to be added to a workflow. */
export interface AddedTask extends WorkflowTaskFields {
  readonly taskId: number;
}

/** Where tasks are added. */
export interface Insertion {
  readonly projectId: number;
  readonly workflowId: number;
  /** Position of the first; null, and anything behind the end: at the end. */
  readonly order: number | null;
}

/**
 * Adds tasks to a workflow, one after the other: all of them or none (contract: api-data-model WT1).
 *
 * @returns the new steps in the order given
 * @throws DomainError notFound, forbidden, refused
 */
export async function addWorkflowTasks(
  database: Database,
  viewer: Viewer,
  { projectId, workflowId, order }: Insertion,
  items: readonly AddedTask[],
): Promise<WorkflowStep[]> {
  return database.transaction(async (transaction) => {
    requireWorkflow(await lockWorkflow(transaction, projectId, workflowId));
    const end = (await listWorkflowTaskIds(transaction, workflowId)).length;
    if (order !== null && order < end) await requireNoSubmittedJob(transaction, workflowId, 'insert task');
    const tasks = await findAndKeepTasks(
      transaction,
      items.map((item) => item.taskId),
    );
    const added = items.map(({ taskId, ...fields }) => {
      const task = requireTask(tasks.get(taskId), taskId);
      requireReadableTask(viewer, task);
      requireActiveTask(task);
      requireFittingSide(task, fields);
      return { task, workflowTask: newWorkflowTask(task, fields) };
    });
    const stored = await insertWorkflowTasks(
      transaction,
      workflowId,
      Math.min(order ?? end, end),
      added.map(({ workflowTask }) => workflowTask),
    );
    return added.map(({ task }, index) => ({ task, workflowTask: stored[index]! }));
  });
}

/** Only the two plain types are restricted when a task is added; a converter is when it is changed (contract: api-data-model WT1, WT3). */
function requireFittingSide({ type }: TaskWithGroup, fields: WorkflowTaskFields): void {
  if (type === 'parallel' && (fields.metaNonParallel !== null || fields.argsNonParallel !== null)) refuseSide('non_parallel', type);
  if (type === 'non_parallel' && (fields.metaParallel !== null || fields.argsParallel !== null)) refuseSide('parallel', type);
}

function refuseSide(side: string, type: string): never {
  const text = `Cannot set \`WorkflowTaskV2.meta_${side}\` or \`WorkflowTask.args_${side}\` if the associated Task is \`${type}\`.`;
  throw new DomainError('refused', 'workflow_task.wrong_side', text);
}
