import { DomainError, typeFlow } from '@fractal-server/domain';
import type { TypeFiltersFlowStep } from './workflow.schemas.js';
import type { WorkflowStep } from './workflow-steps.js';

/**
 * The types that images have before, for and after each step (contract: api-data-model W7).
 *
 * @throws DomainError refused without steps, and when a step's filters contradict its task's input types
 */
export function typeFiltersFlow(steps: readonly WorkflowStep[]): TypeFiltersFlowStep[] {
  if (steps.length === 0) throw new DomainError('refused', 'workflow.no_tasks', 'Workflow has no tasks.');
  const flow = typeFlow(
    steps.map(({ task, workflowTask }) => ({
      inputTypes: task.inputTypes,
      outputTypes: task.outputTypes,
      workflowTaskTypeFilters: workflowTask.typeFilters,
    })),
  );
  return steps.map(({ workflowTask }, index) => {
    const { currentTypeFilters, inputTypeFilters, outputTypeFilters } = flow[index]!;
    return {
      workflowtask_id: workflowTask.id,
      current_type_filters: new Map(currentTypeFilters),
      input_type_filters: new Map(inputTypeFilters),
      output_type_filters: new Map(outputTypeFilters),
    };
  });
}
