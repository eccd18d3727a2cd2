import { updateTask, type Queryable, type Task, type TaskChanges, type TaskWithGroup } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { taskNotFound } from './task-access.js';

/** Fields that only a task made by hand may change: those of a package say what its code does. In the order of the refusals. */
const FIELDS_OF_THE_CODE = [
  ['commandParallel', 'command_parallel'],
  ['commandNonParallel', 'command_non_parallel'],
  ['inputTypes', 'input_types'],
  ['outputTypes', 'output_types'],
] as const;

/**
 * Changes a task of the caller (contract: api-execution 11.4). Workflow tasks refer to it and see the change at once.
 *
 * @throws DomainError refused; notFound when the task was deleted meanwhile
 */
export async function changeTask(db: Queryable, task: TaskWithGroup, changes: TaskChanges): Promise<Task> {
  const { origin } = task.taskGroup;
  const field = FIELDS_OF_THE_CODE.find(([name]) => changes[name] !== undefined);
  if (origin !== 'other' && field !== undefined) {
    throw new DomainError('refused', 'task.of_a_package', `Cannot update '${field[1]}' when task_group.origin='${origin}'.`);
  }
  if (task.type === 'non_parallel' && changes.commandParallel !== undefined) refuseCommand('command_parallel');
  if (task.type === 'parallel' && changes.commandNonParallel !== undefined) refuseCommand('command_non_parallel');
  const changed = await updateTask(db, task.id, changes);
  if (changed === null) throw taskNotFound(task.id);
  return changed;
}

function refuseCommand(field: string): never {
  throw new DomainError('refused', 'task.wrong_side', `Cannot set an unset \`${field}\`.`);
}
