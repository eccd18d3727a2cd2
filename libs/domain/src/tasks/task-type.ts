/** How a task runs (contract: api-data-model.md 2, TaskType). */
export type TaskType = 'compound' | 'converter_compound' | 'non_parallel' | 'converter_non_parallel' | 'parallel';

/** All types, in the order in which error texts list them. */
export const TASK_TYPES: readonly TaskType[] = ['compound', 'converter_compound', 'non_parallel', 'converter_non_parallel', 'parallel'];

/** Whether the task makes images from something else and so takes none as input. */
export function isConverter(type: TaskType): boolean {
  return type === 'converter_compound' || type === 'converter_non_parallel';
}

/** Whether the task has an init part, whose list says what its compute part runs on. */
export function isCompound(type: TaskType): boolean {
  return type === 'compound' || type === 'converter_compound';
}

/** The type of a task that does not name one, from the commands that it has (at least one). */
export function deriveTaskType(commands: { readonly nonParallel: boolean; readonly parallel: boolean }): TaskType {
  if (!commands.nonParallel) return 'parallel';
  return commands.parallel ? 'compound' : 'non_parallel';
}

const REPLACEMENTS: Readonly<Record<TaskType, readonly TaskType[]>> = {
  parallel: ['parallel'],
  non_parallel: ['non_parallel', 'converter_non_parallel'],
  compound: ['compound', 'converter_compound'],
  converter_non_parallel: ['converter_non_parallel'],
  converter_compound: ['converter_compound'],
};

/** Whether a workflow task of one type may be given a task of another (contract: api-data-model.md WT5). */
export function isTypeChangeAllowed(from: TaskType, to: TaskType): boolean {
  return REPLACEMENTS[from].includes(to);
}
