import type { WorkflowExport } from './workflow.schemas.js';
import type { WorkflowStep, WorkflowWithSteps } from './workflow-steps.js';

/**
 * A workflow as a file: without ids, for another project or server (contract: api-data-model 8.1). The import is strict, so a key that it
 * does not know must not appear here.
 */
export function exportWorkflow({ workflow, steps }: WorkflowWithSteps): WorkflowExport {
  return { name: workflow.name, description: workflow.description, task_list: steps.map(exportStep) };
}

function exportStep({ workflowTask, task }: WorkflowStep): WorkflowExport['task_list'][number] {
  return {
    meta_non_parallel: workflowTask.metaNonParallel,
    meta_parallel: workflowTask.metaParallel,
    args_non_parallel: workflowTask.argsNonParallel,
    args_parallel: workflowTask.argsParallel,
    type_filters: workflowTask.typeFilters,
    description: workflowTask.description,
    alias: workflowTask.alias,
    task: { pkg_name: task.taskGroup.pkgName, version: task.taskGroup.version, name: task.name },
  };
}
