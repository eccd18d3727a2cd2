import {
  findAndKeepTasks,
  lockWorkflow,
  updateWorkflowTask,
  type Database,
  type TaskWithGroup,
  type Viewer,
} from '@fractal-server/database';
import { DomainError, isTypeChangeAllowed, mergeTypeFilters, metaAfterReplacement, type JsonObject } from '@fractal-server/domain';
import { requireActiveTask, requireReadableTask, requireTask } from '../tasks/task-access.js';
import { requireWorkflow, type WorkflowStep } from '../workflows/workflow-steps.js';
import type { WorkflowTaskPath } from './change-workflow-task.js';
import { getWorkflowTask } from './find-workflow-task.js';

/** The task that takes the other's place; arguments that are null stay as they were. */
export interface Replacement {
  readonly taskId: number;
  readonly argsNonParallel: JsonObject | null;
  readonly argsParallel: JsonObject | null;
}

/**
 * Gives a workflow task another task, usually a newer version of its own (contract: api-data-model WT5). What the user had changed of the
 * old task's default meta is carried over; filters, alias and description stay.
 *
 * @throws DomainError notFound, forbidden, refused
 */
export async function replaceTask(
  database: Database,
  viewer: Viewer,
  { projectId, workflowId, workflowTaskId }: WorkflowTaskPath,
  { taskId, argsNonParallel, argsParallel }: Replacement,
): Promise<WorkflowStep> {
  return database.transaction(async (transaction) => {
    requireWorkflow(await lockWorkflow(transaction, projectId, workflowId));
    const current = await getWorkflowTask(transaction, workflowId, workflowTaskId);
    const tasks = await findAndKeepTasks(transaction, [current.taskId, taskId]);
    const oldTask = requireTask(tasks.get(current.taskId), current.taskId);
    const newTask = requireTask(tasks.get(taskId), taskId);
    requireReadableTask(viewer, newTask);
    requireActiveTask(newTask);
    if (!isTypeChangeAllowed(current.taskType, newTask.type)) {
      refuse('type_change', `Cannot change task type from ${current.taskType} to ${newTask.type}.`);
    }
    requireFittingArguments(newTask, argsNonParallel, argsParallel);
    mergeTypeFilters(newTask.inputTypes, current.typeFilters);
    const workflowTask = await updateWorkflowTask(transaction, workflowTaskId, {
      taskId,
      taskType: newTask.type,
      metaNonParallel: metaAfterReplacement(oldTask.metaNonParallel, current.metaNonParallel, newTask.metaNonParallel),
      metaParallel: metaAfterReplacement(oldTask.metaParallel, current.metaParallel, newTask.metaParallel),
      ...(argsNonParallel === null ? {} : { argsNonParallel }),
      ...(argsParallel === null ? {} : { argsParallel }),
    });
    return { task: newTask, workflowTask };
  });
}

function requireFittingArguments({ type }: TaskWithGroup, argsNonParallel: JsonObject | null, argsParallel: JsonObject | null): void {
  if (argsNonParallel !== null && type === 'parallel') refuse('wrong_side', "Cannot set 'args_non_parallel' for parallel task.");
  if (argsParallel !== null && type === 'non_parallel') refuse('wrong_side', "Cannot set 'args_parallel' for non-parallel task.");
}

function refuse(code: string, text: string): never {
  throw new DomainError('refused', `workflow_task.${code}`, text);
}
