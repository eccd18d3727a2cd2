import type { NewWorkflowTask, TaskWithGroup } from '@fractal-server/database';
import { mergeTypeFilters, metaOfNewWorkflowTask, type JsonObject } from '@fractal-server/domain';

/** What a user says about a workflow task to be made. */
export interface WorkflowTaskFields {
  readonly metaNonParallel: JsonObject | null;
  readonly metaParallel: JsonObject | null;
  readonly argsNonParallel: JsonObject | null;
  readonly argsParallel: JsonObject | null;
  readonly typeFilters: Map<string, boolean>;
  readonly alias: string | null;
  readonly description: string | null;
}

/**
 * A workflow task of a task: the given meta on top of the task's, arguments as given (contract: api-data-model WT1).
 *
 * @throws DomainError refused when the type filters contradict the task's input types
 */
export function newWorkflowTask(task: TaskWithGroup, fields: WorkflowTaskFields): NewWorkflowTask {
  mergeTypeFilters(task.inputTypes, fields.typeFilters);
  return {
    ...fields,
    taskId: task.id,
    taskType: task.type,
    metaNonParallel: metaOfNewWorkflowTask(task.metaNonParallel, fields.metaNonParallel),
    metaParallel: metaOfNewWorkflowTask(task.metaParallel, fields.metaParallel),
  };
}
