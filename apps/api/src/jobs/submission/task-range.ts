import { DomainError } from '@fractal-server/domain';

/** Positions of the first and the last workflow task of a job; both are run. */
export interface TaskRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The tasks that a job runs, out of `taskCount`: from the first, to the last, where nothing is said (contract: runner.md 1.1).
 * @throws DomainError `job.task_range`
 */
export function resolveTaskRange(asked: { readonly first: number | null; readonly last: number | null }, taskCount: number): TaskRange {
  const range = { first: asked.first ?? 0, last: asked.last ?? taskCount - 1 };
  const fault = faultOf(range, taskCount);
  if (fault === undefined) return range;
  const text = `Invalid values for first_task_index or last_task_index (with num_tasks=${taskCount}).\nOriginal error: ${fault}`;
  throw new DomainError('refused', 'job.task_range', text);
}

function faultOf({ first, last }: TaskRange, taskCount: number): string | undefined {
  if (first < 0) return `first_task_index=${first} cannot be negative`;
  if (last < 0) return `last_task_index=${last} cannot be negative`;
  if (last > taskCount - 1) return `last_task_index=${last} cannot be larger than (num_tasks-1)=${taskCount - 1}`;
  if (first > last) return `first_task_index=${first} cannot be larger than last_task_index=${last}`;
  return undefined;
}
