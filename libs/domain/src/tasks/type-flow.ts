import { DomainError } from '../errors/domain-error.js';
import type { TypeFilters } from '../images/image-matcher.js';
import type { ImageTypes } from '../images/stored-image.js';
import { pythonRepr } from '../python/repr.js';

/** The types that a task asks for and gives, and what its place in the workflow adds. */
export interface TypeRules {
  readonly inputTypes: ImageTypes;
  readonly outputTypes: ImageTypes;
  readonly workflowTaskTypeFilters: TypeFilters;
}

/**
 * The filters that a workflow task adds to those of the flow: its task's input types and its own type filters (contract: runner.md 3.1 B).
 * @throws DomainError `type_filters.incompatible` when both name a type with different values
 */
export function mergeTypeFilters(inputTypes: ImageTypes, typeFilters: TypeFilters): TypeFilters {
  for (const [name, value] of typeFilters) {
    if ((inputTypes.get(name) ?? value) === value) continue;
    const task = pythonRepr(new Map(inputTypes));
    const workflowTask = pythonRepr(new Map(typeFilters));
    const reason = `Cannot merge type filters \`${task}\` (from task) and \`${workflowTask}\` (from workflowtask).`;
    throw new DomainError('refused', 'type_filters.incompatible', `Incompatible type filters.\nOriginal error: ${reason}`);
  }
  return new Map([...inputTypes, ...typeFilters]);
}

/**
 * The filters under which one workflow task picks its images: those of the flow, overlaid by its own. The flow itself is not changed.
 * @throws DomainError `type_filters.incompatible`
 */
export function typeFiltersOfTask(flow: TypeFilters, rules: Omit<TypeRules, 'outputTypes'>): TypeFilters {
  return new Map([...flow, ...mergeTypeFilters(rules.inputTypes, rules.workflowTaskTypeFilters)]);
}

/** The flow after a task: its output types hold for all tasks behind it. */
export function typeFiltersAfterTask(flow: TypeFilters, outputTypes: ImageTypes): TypeFilters {
  return new Map([...flow, ...outputTypes]);
}

/** The flow that a job brings to its task at `position`, counted from the job's first task. */
export function typeFiltersBeforeTask(jobTypeFilters: TypeFilters, earlierOutputTypes: Iterable<ImageTypes>): TypeFilters {
  let flow = jobTypeFilters;
  for (const outputTypes of earlierOutputTypes) flow = typeFiltersAfterTask(flow, outputTypes);
  return flow;
}

/** What the flow looks like at one workflow task. */
export interface TypeFlowStep {
  /** Output types of all earlier tasks. */
  readonly currentTypeFilters: TypeFilters;
  readonly inputTypeFilters: TypeFilters;
  readonly outputTypeFilters: TypeFilters;
}

/**
 * The flow through a workflow, without the filters of any job (contract: api-data-model.md W7).
 * @throws DomainError `type_filters.incompatible`
 */
export function typeFlow(tasks: readonly TypeRules[]): TypeFlowStep[] {
  let currentTypeFilters: TypeFilters = new Map();
  return tasks.map(({ inputTypes, outputTypes, workflowTaskTypeFilters }) => {
    const step = {
      currentTypeFilters,
      inputTypeFilters: mergeTypeFilters(inputTypes, workflowTaskTypeFilters),
      outputTypeFilters: outputTypes,
    };
    currentTypeFilters = typeFiltersAfterTask(currentTypeFilters, outputTypes);
    return step;
  });
}
