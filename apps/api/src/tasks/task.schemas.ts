import type { SlimTask, Task, TaskChanges } from '@fractal-server/database';
import {
  anyObject,
  boolean,
  command,
  commandFault,
  enumOf,
  httpUrl,
  integer,
  jsonDict,
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
  TASK_TYPES,
  typeFilters,
  uniqueStringList,
  type Infer,
} from '@fractal-server/domain';
import type { HandmadeTask } from './create-task.js';

/** How a task runs. */
export const taskType = enumOf('TaskType', TASK_TYPES);

/** A task as clients see it (contract: api-data-model 5). */
export const taskRead = lenientModel('TaskRead', {
  id: required(integer()),
  name: required(string()),
  type: required(taskType),
  version: required(string()),
  is_core: required(boolean()),
  command_non_parallel: optional(nullable(string()), null),
  command_parallel: optional(nullable(string()), null),
  meta_parallel: required(anyObject()),
  meta_non_parallel: required(anyObject()),
  args_schema_non_parallel: optional(nullable(anyObject()), null),
  args_schema_parallel: optional(nullable(anyObject()), null),
  args_schema_version: optional(nullable(string()), null),
  docs_info: optional(nullable(string()), null),
  docs_link: optional(nullable(string()), null),
  input_types: required(typeFilters()),
  output_types: required(typeFilters()),
  taskgroupv2_id: optional(nullable(integer()), null),
  category: optional(nullable(string()), null),
  modality: optional(nullable(string()), null),
  authors: optional(nullable(string()), null),
  tags: required(list(string())),
});
export type TaskRead = Infer<typeof taskRead>;

/** A task in lists: without commands, meta and schemas. */
export const taskReadSlim = lenientModel('TaskReadSlim', {
  id: required(integer()),
  name: required(string()),
  version: required(string()),
  is_core: required(boolean()),
  category: optional(nullable(string()), null),
  modality: optional(nullable(string()), null),
  authors: optional(nullable(string()), null),
  tags: required(list(string())),
  input_types: required(typeFilters()),
  docs_info: optional(nullable(string()), null),
  docs_link: optional(nullable(string()), null),
});
export type TaskReadSlim = Infer<typeof taskReadSlim>;

export function toTaskRead(task: Task): TaskRead {
  return {
    id: task.id,
    name: task.name,
    type: task.type,
    version: task.version,
    is_core: task.isCore,
    command_non_parallel: task.commandNonParallel,
    command_parallel: task.commandParallel,
    meta_parallel: task.metaParallel,
    meta_non_parallel: task.metaNonParallel,
    args_schema_non_parallel: task.argsSchemaNonParallel,
    args_schema_parallel: task.argsSchemaParallel,
    args_schema_version: task.argsSchemaVersion,
    docs_info: task.docsInfo,
    docs_link: task.docsLink,
    input_types: task.inputTypes,
    output_types: task.outputTypes,
    taskgroupv2_id: task.taskGroupId,
    category: task.category,
    modality: task.modality,
    authors: task.authors,
    tags: task.tags,
  };
}

export function toTaskReadSlim(task: SlimTask): TaskReadSlim {
  return {
    id: task.id,
    name: task.name,
    version: task.version,
    is_core: task.isCore,
    category: task.category,
    modality: task.modality,
    authors: task.authors,
    tags: task.tags,
    input_types: task.inputTypes,
    docs_info: task.docsInfo,
    docs_link: task.docsLink,
  };
}

/** A task to be made by hand (contract: api-data-model K3). The order of the fields is that of the errors. */
export const taskCreate = strictModel(
  'TaskCreate',
  {
    name: required(name()),
    type: optional(nullable(taskType), null),
    command_non_parallel: omittable(nonEmptyString()),
    command_parallel: omittable(nonEmptyString()),
    meta_non_parallel: optional(nullable(jsonDict()), null),
    meta_parallel: optional(nullable(jsonDict()), null),
    version: required(name()),
    args_schema_non_parallel: optional(nullable(jsonDict()), null),
    args_schema_parallel: optional(nullable(jsonDict()), null),
    args_schema_version: omittable(nonEmptyString()),
    docs_info: optional(nullable(string()), null),
    docs_link: optional(nullable(httpUrl()), null),
    input_types: optional(typeFilters(), () => new Map()),
    output_types: optional(typeFilters(), () => new Map()),
    category: optional(nullable(nonEmptyString()), null),
    modality: optional(nullable(nonEmptyString()), null),
    tags: optional(uniqueStringList(), () => []),
    authors: optional(nullable(nonEmptyString()), null),
  },
  { after: [commandsFault] },
);

interface Commands {
  readonly command_non_parallel?: string;
  readonly command_parallel?: string;
}

/** Told of the body as a whole, not of a field. */
function commandsFault({ command_non_parallel, command_parallel }: Commands): string | undefined {
  const commands = [command_non_parallel, command_parallel].filter((text) => text !== undefined);
  if (commands.length === 0) return 'Task must have at least one valid command (parallel and/or non_parallel)';
  return commands.map(commandFault).find((fault) => fault !== undefined);
}

export function toHandmadeTask(body: Infer<typeof taskCreate>): HandmadeTask {
  return {
    name: body.name,
    type: body.type,
    version: body.version,
    commandNonParallel: body.command_non_parallel ?? null,
    commandParallel: body.command_parallel ?? null,
    metaNonParallel: body.meta_non_parallel,
    metaParallel: body.meta_parallel,
    argsSchemaNonParallel: body.args_schema_non_parallel,
    argsSchemaParallel: body.args_schema_parallel,
    argsSchemaVersion: body.args_schema_version ?? null,
    docsInfo: body.docs_info,
    docsLink: body.docs_link,
    inputTypes: body.input_types,
    outputTypes: body.output_types,
    category: body.category,
    modality: body.modality,
    authors: body.authors,
    tags: body.tags,
  };
}

/** What may be changed of a task (contract: api-data-model K4). */
export const taskUpdate = strictModel('TaskUpdate', {
  command_parallel: omittable(command()),
  command_non_parallel: omittable(command()),
  input_types: omittable(typeFilters()),
  output_types: omittable(typeFilters()),
  category: omittable(nullable(nonEmptyString())),
  modality: omittable(nullable(nonEmptyString())),
  authors: omittable(nullable(nonEmptyString())),
  tags: omittable(uniqueStringList()),
});

export function toTaskChanges(body: Infer<typeof taskUpdate>): TaskChanges {
  return {
    commandParallel: body.command_parallel,
    commandNonParallel: body.command_non_parallel,
    inputTypes: body.input_types,
    outputTypes: body.output_types,
    category: body.category,
    modality: body.modality,
    authors: body.authors,
    tags: body.tags,
  };
}
