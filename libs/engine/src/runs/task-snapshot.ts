import type { JobTask } from '@fractal-server/database';
import type { ImageTypes, Json, JsonObject, TaskType, TypeFilters } from '@fractal-server/domain';

/** The task of a run as it was when its job was prepared, typed. */
export interface TaskSnapshot {
  readonly workflowTaskId: number;
  /** Place in the workflow, part of the folder's name. */
  readonly order: number;
  readonly alias: string | null;
  readonly name: string;
  readonly type: TaskType;
  readonly packageName: string;
  readonly version: string;
  readonly commandNonParallel: string | null;
  readonly commandParallel: string | null;
  readonly inputTypes: ImageTypes;
  readonly outputTypes: ImageTypes;
  readonly typeFilters: TypeFilters;
  readonly argsNonParallel: JsonObject | null;
  readonly argsParallel: JsonObject | null;
  readonly metaNonParallel: JsonObject | null;
  readonly metaParallel: JsonObject | null;
}

/** Reads the stored snapshot, which only the server ever wrote. */
export function readTaskSnapshot({ workflowTaskId, workflowTask, taskGroup }: JobTask): TaskSnapshot {
  const task = workflowTask.get('task') as JsonObject;
  return {
    workflowTaskId,
    order: workflowTask.get('order') as number,
    alias: textOrNull(workflowTask.get('alias')),
    name: task.get('name') as string,
    type: task.get('type') as TaskType,
    packageName: taskGroup.get('pkg_name') as string,
    version: task.get('version') as string,
    commandNonParallel: textOrNull(task.get('command_non_parallel')),
    commandParallel: textOrNull(task.get('command_parallel')),
    inputTypes: (task.get('input_types') ?? new Map()) as ImageTypes,
    outputTypes: (task.get('output_types') ?? new Map()) as ImageTypes,
    typeFilters: (workflowTask.get('type_filters') ?? new Map()) as TypeFilters,
    argsNonParallel: objectOrNull(workflowTask.get('args_non_parallel')),
    argsParallel: objectOrNull(workflowTask.get('args_parallel')),
    metaNonParallel: objectOrNull(workflowTask.get('meta_non_parallel')),
    metaParallel: objectOrNull(workflowTask.get('meta_parallel')),
  };
}

/** How log lines name a task. */
export function describeTask({ order, alias, name, packageName, version }: TaskSnapshot): string {
  const facts = [...(alias === null ? [] : [`alias="${alias}"`]), `name="${name}"`, `package="${packageName}"`, `version="${version}"`];
  return `${order}-th task (${facts.join(', ')})`;
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function objectOrNull(value: Json | undefined): JsonObject | null {
  return value instanceof Map ? value : null;
}
