import type { Viewer } from '@fractal-server/database';
import {
  anyObject,
  integer,
  jsonDict,
  lenientModel,
  list,
  nonEmptyString,
  nullable,
  omittable,
  optional,
  required,
  strictModel,
  string,
  taskArguments,
  typeFilters,
  type Infer,
} from '@fractal-server/domain';
import { mayReadTaskGroup } from '../task-groups/task-group-access.js';
import { taskRead, taskType, toTaskRead } from '../tasks/task.schemas.js';
import type { WorkflowStep } from '../workflows/workflow-steps.js';
import type { AddedTask } from './add-workflow-tasks.js';
import type { WorkflowTaskPatch } from './change-workflow-task.js';

const readFields = {
  id: required(integer()),
  workflow_id: required(integer()),
  order: optional(nullable(integer()), null),
  meta_non_parallel: optional(nullable(anyObject()), null),
  meta_parallel: optional(nullable(anyObject()), null),
  args_non_parallel: optional(nullable(anyObject()), null),
  args_parallel: optional(nullable(anyObject()), null),
  type_filters: required(typeFilters()),
  task_type: required(taskType),
  task_id: required(integer()),
  task: required(taskRead),
  alias: optional(nullable(string()), null),
  description: optional(nullable(string()), null),
} as const;

/** A workflow task as clients see it (contract: api-data-model 5). */
export const workflowTaskRead = lenientModel('WorkflowTaskRead', readFields);
export type WorkflowTaskRead = Infer<typeof workflowTaskRead>;

/** The same with what keeps the caller from running it. */
export const workflowTaskReadWithWarning = lenientModel('WorkflowTaskReadWithWarning', {
  ...readFields,
  warning: optional(nullable(string()), null),
});
export type WorkflowTaskReadWithWarning = Infer<typeof workflowTaskReadWithWarning>;

export function toWorkflowTaskRead({ workflowTask, task }: WorkflowStep): WorkflowTaskRead {
  return {
    id: workflowTask.id,
    workflow_id: workflowTask.workflowId,
    order: workflowTask.order,
    meta_non_parallel: workflowTask.metaNonParallel,
    meta_parallel: workflowTask.metaParallel,
    args_non_parallel: workflowTask.argsNonParallel,
    args_parallel: workflowTask.argsParallel,
    type_filters: workflowTask.typeFilters,
    task_type: workflowTask.taskType,
    task_id: workflowTask.taskId,
    task: toTaskRead(task),
    alias: workflowTask.alias,
    description: workflowTask.description,
  };
}

export function toWorkflowTaskReadWithWarning(step: WorkflowStep, viewer: Viewer): WorkflowTaskReadWithWarning {
  return { ...toWorkflowTaskRead(step), warning: warningFor(viewer, step) };
}

/** Looks at the access to the task group only, which is wider than that to the task (contract: api-data-model 5). */
function warningFor(viewer: Viewer, { task: { taskGroup } }: WorkflowStep): string | null {
  if (!mayReadTaskGroup(viewer, taskGroup)) return 'Current user has no access to this task.';
  return taskGroup.active ? null : 'Task is not active.';
}

/** A task to be added to a workflow (contract: api-data-model WT1). */
const workflowTaskCreate = strictModel('WorkflowTaskCreate', {
  task_id: required(integer()),
  meta_non_parallel: optional(nullable(jsonDict()), null),
  meta_parallel: optional(nullable(jsonDict()), null),
  args_non_parallel: optional(nullable(taskArguments()), null),
  args_parallel: optional(nullable(taskArguments()), null),
  type_filters: optional(typeFilters(), () => new Map()),
  description: optional(nullable(nonEmptyString()), null),
  alias: optional(nullable(nonEmptyString()), null),
});
export const workflowTasksCreate = list(workflowTaskCreate);

export function toAddedTask(body: Infer<typeof workflowTaskCreate>): AddedTask {
  return {
    taskId: body.task_id,
    metaNonParallel: body.meta_non_parallel,
    metaParallel: body.meta_parallel,
    argsNonParallel: body.args_non_parallel,
    argsParallel: body.args_parallel,
    typeFilters: body.type_filters,
    description: body.description,
    alias: body.alias,
  };
}

/** What may be changed of a workflow task (contract: api-data-model WT3). */
export const workflowTaskUpdate = strictModel('WorkflowTaskUpdate', {
  meta_non_parallel: omittable(nullable(jsonDict())),
  meta_parallel: omittable(nullable(jsonDict())),
  args_non_parallel: omittable(nullable(taskArguments())),
  args_parallel: omittable(nullable(taskArguments())),
  type_filters: omittable(typeFilters()),
  description: omittable(nullable(nonEmptyString())),
  alias: omittable(nullable(nonEmptyString())),
});

export function toWorkflowTaskPatch(body: Infer<typeof workflowTaskUpdate>): WorkflowTaskPatch {
  return {
    metaNonParallel: body.meta_non_parallel,
    metaParallel: body.meta_parallel,
    argsNonParallel: body.args_non_parallel,
    argsParallel: body.args_parallel,
    typeFilters: body.type_filters,
    description: body.description,
    alias: body.alias,
  };
}

/** Arguments for the task that takes another's place, taken as sent (oddity 12); null keeps the old ones. */
export const workflowTaskReplace = lenientModel('WorkflowTaskReplace', {
  args_non_parallel: optional(nullable(anyObject()), null),
  args_parallel: optional(nullable(anyObject()), null),
});

/** A version that a task could be updated to. */
export const taskVersionRead = lenientModel('TaskVersionRead', { task_id: required(integer()), version: required(string()) });
