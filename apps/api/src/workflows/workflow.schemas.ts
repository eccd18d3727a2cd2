import type { Project, Viewer } from '@fractal-server/database';
import {
  anyObject,
  boolean,
  integer,
  lenientModel,
  list,
  name,
  nonEmptyString,
  nullable,
  omittable,
  optional,
  required,
  strictModel,
  string,
  typeFilters,
  uniqueIntegerList,
  type Infer,
} from '@fractal-server/domain';
import { projectRead, toProjectRead } from '../projects/project.schemas.js';
import {
  toWorkflowTaskRead,
  toWorkflowTaskReadWithWarning,
  workflowTaskRead,
  workflowTaskReadWithWarning,
} from '../workflow-tasks/workflow-task.schemas.js';
import type { WorkflowPatch } from './change-workflow.js';
import type { WorkflowWithSteps } from './workflow-steps.js';

const ownFields = {
  id: required(integer()),
  name: required(string()),
  project_id: required(integer()),
  is_starred: required(boolean()),
} as const;

const fieldsBehindTasks = {
  project: required(projectRead),
  timestamp_created: required(string()),
  description: optional(nullable(string()), null),
  template_id: optional(nullable(integer()), null),
} as const;

/** A workflow as clients see it (contract: api-data-model 5). */
export const workflowRead = lenientModel('WorkflowRead', {
  ...ownFields,
  task_list: required(list(workflowTaskRead)),
  ...fieldsBehindTasks,
});
export type WorkflowRead = Infer<typeof workflowRead>;

/** The same, and for each task what keeps the caller from running it. */
export const workflowReadWithWarnings = lenientModel('WorkflowReadWithWarnings', {
  ...ownFields,
  task_list: required(list(workflowTaskReadWithWarning)),
  ...fieldsBehindTasks,
});
export type WorkflowReadWithWarnings = Infer<typeof workflowReadWithWarnings>;

export function toWorkflowRead(found: WorkflowWithSteps, project: Project): WorkflowRead {
  return workflowWith(found, project, found.steps.map(toWorkflowTaskRead));
}

export function toWorkflowReadWithWarnings(found: WorkflowWithSteps, project: Project, viewer: Viewer): WorkflowReadWithWarnings {
  return workflowWith(
    found,
    project,
    found.steps.map((step) => toWorkflowTaskReadWithWarning(step, viewer)),
  );
}

function workflowWith<Task>({ workflow }: WorkflowWithSteps, project: Project, taskList: Task[]) {
  return {
    id: workflow.id,
    name: workflow.name,
    project_id: workflow.projectId,
    is_starred: workflow.isStarred,
    task_list: taskList,
    project: toProjectRead(project),
    timestamp_created: workflow.timestampCreated,
    description: workflow.description,
    template_id: workflow.templateId,
  };
}

export const workflowCreate = strictModel('WorkflowCreate', {
  name: required(name()),
  description: optional(nullable(nonEmptyString()), null),
});

/** What may be changed of a workflow (contract: api-data-model W4). */
export const workflowUpdate = strictModel('WorkflowUpdate', {
  name: omittable(name()),
  description: omittable(nullable(nonEmptyString())),
  reordered_workflowtask_ids: omittable(uniqueIntegerList()),
});

export function toWorkflowPatch(body: Infer<typeof workflowUpdate>): WorkflowPatch {
  return { name: body.name, description: body.description, reorderedWorkflowTaskIds: body.reordered_workflowtask_ids };
}

/** The types that images have before, for and after a task of a workflow (contract: api-data-model W7). */
export const typeFiltersFlowStep = lenientModel('TypeFiltersFlowStep', {
  workflowtask_id: required(integer()),
  current_type_filters: required(typeFilters()),
  input_type_filters: required(typeFilters()),
  output_type_filters: required(typeFilters()),
});
export type TypeFiltersFlowStep = Infer<typeof typeFiltersFlowStep>;

const exportedTask = lenientModel('TaskExport', {
  pkg_name: required(string()),
  version: required(string()),
  name: required(string()),
});

const exportedWorkflowTask = lenientModel('WorkflowTaskExport', {
  meta_non_parallel: optional(nullable(anyObject()), null),
  meta_parallel: optional(nullable(anyObject()), null),
  args_non_parallel: optional(nullable(anyObject()), null),
  args_parallel: optional(nullable(anyObject()), null),
  type_filters: optional(typeFilters(), () => new Map()),
  description: optional(nullable(string()), null),
  alias: optional(nullable(string()), null),
  task: required(exportedTask),
});

/** A workflow as a file (contract: api-data-model 8.1). The import is strict: it has to know every field of this. */
export const workflowExport = lenientModel('WorkflowExport', {
  name: required(string()),
  description: optional(nullable(string()), null),
  task_list: required(list(exportedWorkflowTask)),
});
export type WorkflowExport = Infer<typeof workflowExport>;
