import {
  anyObject,
  isJsonObject,
  jsonDict,
  list,
  name,
  nonEmptyString,
  nullable,
  optional,
  required,
  strictModel,
  taskArguments,
  typeFilters,
  type Infer,
  type Json,
  type JsonObject,
} from '@fractal-server/domain';
import type { WorkflowFile } from './import-workflow.js';

const taskImport = strictModel('TaskImport', {
  pkg_name: required(name()),
  version: optional(nullable(nonEmptyString()), null),
  name: required(name()),
});

const workflowTaskImport = strictModel(
  'WorkflowTaskImport',
  {
    meta_non_parallel: optional(nullable(jsonDict()), null),
    meta_parallel: optional(nullable(jsonDict()), null),
    args_non_parallel: optional(nullable(taskArguments()), null),
    args_parallel: optional(nullable(taskArguments()), null),
    type_filters: optional(nullable(typeFilters()), null),
    input_filters: optional(nullable(anyObject()), null),
    description: optional(nullable(nonEmptyString()), null),
    alias: optional(nullable(nonEmptyString()), null),
    task: required(taskImport),
  },
  { before: [withoutLegacyFilters] },
);

/** A workflow file (contract: api-data-model WI1): what the export writes, and what it wrote before version 2.11. */
export const workflowImport = strictModel('WorkflowImport', {
  name: required(name()),
  description: optional(nullable(nonEmptyString()), null),
  task_list: required(list(workflowTaskImport)),
});

/**
 * Files of servers before 2.11 have `input_filters` with types and attributes. The types become type filters; a workflow task has no
 * attribute filters any more, so there must be none.
 */
function withoutLegacyFilters(input: JsonObject): JsonObject | string {
  const legacy = input.get('input_filters');
  if (legacy === undefined || legacy === null || !isJsonObject(legacy)) return input;
  if (input.has('type_filters')) {
    return "Cannot set filters both through the legacy field ('filters') and the new one ('type_filters').";
  }
  if (!isEmptyObject(legacy.get('attributes'))) return 'Cannot set attribute filters for WorkflowTasks.';
  return new Map([...input, ['input_filters', null], ['type_filters', legacy.get('types') ?? new Map<string, Json>()]]);
}

function isEmptyObject(value: Json | undefined): boolean {
  return value !== undefined && isJsonObject(value) && value.size === 0;
}

export function toWorkflowFile(body: Infer<typeof workflowImport>): WorkflowFile {
  return {
    name: body.name,
    description: body.description,
    tasks: body.task_list.map((item) => ({
      task: { pkgName: item.task.pkg_name, taskName: item.task.name, version: item.task.version },
      metaNonParallel: item.meta_non_parallel,
      metaParallel: item.meta_parallel,
      argsNonParallel: item.args_non_parallel,
      argsParallel: item.args_parallel,
      typeFilters: item.type_filters ?? new Map(),
      description: item.description,
      alias: item.alias,
    })),
  };
}
