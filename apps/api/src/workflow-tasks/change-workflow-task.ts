import { lockWorkflow, updateWorkflowTask, type Database, type WorkflowTaskChanges } from '@fractal-server/database';
import { DomainError, mergeTypeFilters, type JsonObject, type TaskType } from '@fractal-server/domain';
import { requireWorkflow, type WorkflowStep } from '../workflows/workflow-steps.js';
import { getWorkflowTask, withTask } from './find-workflow-task.js';

/** What may be changed of a workflow task; absent fields stay. */
export type WorkflowTaskPatch = Omit<WorkflowTaskChanges, 'taskId' | 'taskType'>;

/** Which workflow task, and through which project and workflow it was named. */
export interface WorkflowTaskPath {
  readonly projectId: number;
  readonly workflowId: number;
  readonly workflowTaskId: number;
}

/**
 * Replaces the given fields of a workflow task (contract: api-data-model WT3). Allowed while jobs run: they work on copies. The lock on the
 * workflow keeps a replacement of the task from coming between check and change.
 *
 * @throws DomainError notFound, refused
 */
export async function changeWorkflowTask(
  database: Database,
  { projectId, workflowId, workflowTaskId }: WorkflowTaskPath,
  patch: WorkflowTaskPatch,
): Promise<WorkflowStep> {
  return database.transaction(async (transaction) => {
    requireWorkflow(await lockWorkflow(transaction, projectId, workflowId));
    const { workflowTask, task } = await withTask(transaction, await getWorkflowTask(transaction, workflowId, workflowTaskId));
    if (patch.typeFilters !== undefined) mergeTypeFilters(task.inputTypes, patch.typeFilters);
    requireFittingSide(workflowTask.taskType, patch);
    return { task, workflowTask: await updateWorkflowTask(transaction, workflowTaskId, withoutEmptyArguments(patch)) };
  });
}

/** A null on the wrong side changes nothing and is fine: the web client always sends both sides. */
function requireFittingSide(type: TaskType, patch: WorkflowTaskPatch): void {
  const isSet = (field: JsonObject | null | undefined): boolean => field !== undefined && field !== null;
  if (type === 'parallel' && (isSet(patch.argsNonParallel) || isSet(patch.metaNonParallel))) {
    refuseSide('`WorkflowTaskV2.args_non_parallel` or `WorkflowTask.meta_non_parallel`', 'parallel');
  }
  if ((type === 'non_parallel' || type === 'converter_non_parallel') && (isSet(patch.argsParallel) || isSet(patch.metaParallel))) {
    refuseSide('`WorkflowTaskV2.args_parallel` or `WorkflowTask.meta_parallel`', 'non parallel');
  }
}

function refuseSide(fields: string, type: string): never {
  throw new DomainError('refused', 'workflow_task.wrong_side', `Cannot patch ${fields} if the associated Task is ${type}.`);
}

/** Empty arguments are stored as none; empty meta stays, since it differs from "the task's default". */
function withoutEmptyArguments(patch: WorkflowTaskPatch): WorkflowTaskPatch {
  const orNone = (args: JsonObject | null): JsonObject | null => (args === null || args.size === 0 ? null : args);
  return {
    ...patch,
    ...(patch.argsParallel === undefined ? {} : { argsParallel: orNone(patch.argsParallel) }),
    ...(patch.argsNonParallel === undefined ? {} : { argsNonParallel: orNone(patch.argsNonParallel) }),
  };
}
