import { insertTaskGroup, insertTasks, type Database, type NewTask, type Task, type Viewer } from '@fractal-server/database';
import { deriveTaskType, DomainError, type JsonObject, type TaskType } from '@fractal-server/domain';
import { requireNewPackageVersion } from '../task-groups/uniqueness.js';
import { chooseUserGroup, type Visibility } from '../task-groups/user-group-choice.js';

/** A task that somebody writes down by hand, without a package. Of its two commands at least one is there. */
export interface HandmadeTask extends Omit<NewTask, 'type' | 'metaParallel' | 'metaNonParallel'> {
  readonly commandParallel: string | null;
  readonly commandNonParallel: string | null;
  /** Null: derived from the commands. */
  readonly type: TaskType | null;
  readonly metaParallel: JsonObject | null;
  readonly metaNonParallel: JsonObject | null;
}

/** Whose task it will be, and for whom else. */
export interface TaskMaker {
  readonly owner: Viewer & { readonly resourceId: number };
  readonly visibility: Visibility;
  readonly defaultGroupName: string | null;
}

/**
 * Stores a task in a task group of its own, named after it (contract: api-execution 11.3).
 *
 * @throws DomainError refused when the type and the fields do not fit together, or the name and version are taken; refused, notFound,
 *   forbidden for the user group
 */
export async function createTask(database: Database, maker: TaskMaker, task: HandmadeTask): Promise<Task> {
  const { owner, visibility, defaultGroupName } = maker;
  const wanted = { pkgName: task.name, version: task.version };
  return database.transaction(async (transaction) => {
    const userGroupId = await chooseUserGroup(transaction, owner, visibility, defaultGroupName);
    const type = task.type ?? deriveTaskType({ nonParallel: task.commandNonParallel !== null, parallel: task.commandParallel !== null });
    requireFittingFields(type, task);
    await requireNewPackageVersion(transaction, owner, wanted, userGroupId);
    const { userId, resourceId } = owner;
    const group = await insertTaskGroup(transaction, { ...wanted, userId, resourceId, userGroupId, origin: 'other', active: true });
    const metaParallel = task.metaParallel ?? new Map();
    const metaNonParallel = task.metaNonParallel ?? new Map();
    const [stored] = await insertTasks(transaction, group.id, [{ ...task, type, metaParallel, metaNonParallel }]);
    return stored as Task;
  });
}

/** Converters are not looked at (contract: api-execution 11.3). */
function requireFittingFields(type: TaskType, task: HandmadeTask): void {
  const isSet = (...fields: unknown[]): boolean => fields.some((field) => field !== null && field !== undefined);
  if (type === 'parallel' && isSet(task.argsSchemaNonParallel, task.metaNonParallel)) refuseFields('non_parallel', type);
  if (type === 'non_parallel' && isSet(task.argsSchemaParallel, task.metaParallel)) refuseFields('parallel', type);
}

function refuseFields(side: string, type: TaskType): never {
  const field = `\`TaskV2.args_schema_${side}\``;
  throw new DomainError('refused', 'task.wrong_side', `Cannot set ${field} or ${field} if TaskV2 is ${type}`);
}
