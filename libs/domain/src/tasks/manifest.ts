import { DomainError } from '../errors/domain-error.js';
import type { Json } from '../json/json.js';
import { pythonRepr } from '../python/repr.js';
import { httpUrl, jsonDict, name, typeFilters, uniqueStringList } from '../values/index.js';
import { boolean, enumOf, type Infer, lenientModel, list, literal, nullable, optional, required, string } from '../validation/index.js';
import { describeIssues } from './describe-issues.js';
import { TASK_TYPES } from './task-type.js';

/**
 * One task of a manifest (contract: task-environments.md 9.2). Unknown keys are dropped.
 *
 * Difference: names and texts that a task could not have (an empty category, equal tags) are refused here, where the reference accepts them and
 * then fails to make the task.
 */
const taskManifest = lenientModel(
  'TaskManifestV2',
  {
    name: required(name()),
    executable_non_parallel: optional(nullable(string()), null),
    executable_parallel: optional(nullable(string()), null),
    input_types: optional(typeFilters(), () => new Map()),
    output_types: optional(typeFilters(), () => new Map()),
    meta_non_parallel: optional(jsonDict(), () => new Map()),
    meta_parallel: optional(jsonDict(), () => new Map()),
    args_schema_non_parallel: optional(nullable(jsonDict()), null),
    args_schema_parallel: optional(nullable(jsonDict()), null),
    docs_info: optional(nullable(string()), null),
    docs_link: optional(nullable(httpUrl()), null),
    category: optional(nullable(name()), null),
    modality: optional(nullable(name()), null),
    tags: optional(uniqueStringList(), () => []),
    type: optional(nullable(enumOf('TaskType', TASK_TYPES)), null),
  },
  {
    after: [
      (task) =>
        task.executable_non_parallel === null && task.executable_parallel === null
          ? '`TaskManifestV2.executable_non_parallel` and `TaskManifestV2.executable_parallel` cannot be both None.'
          : undefined,
      (task) => absentPartFault('non_parallel', task.executable_non_parallel, task.meta_non_parallel, task.args_schema_non_parallel),
      (task) => absentPartFault('parallel', task.executable_parallel, task.meta_parallel, task.args_schema_parallel),
    ],
  },
);

/** One task of a manifest. */
export type TaskManifest = Infer<typeof taskManifest>;

const MANIFEST = lenientModel(
  'ManifestV2',
  {
    manifest_version: required(literal('2')),
    task_list: required(list(taskManifest)),
    has_args_schemas: optional(boolean(), false),
    args_schema_version: optional(nullable(string()), null),
    authors: optional(nullable(name()), null),
  },
  { after: [missingSchemaFault, repeatedNameFault] },
);

/** What a package of tasks says about itself. */
export type Manifest = Infer<typeof MANIFEST>;

/** The schema of `__FRACTAL_MANIFEST__.json` (contract: task-environments.md 9.1). */
export function manifest(): typeof MANIFEST {
  return MANIFEST;
}

/**
 * Reads the content of a manifest file.
 * @throws DomainError `manifest.invalid` that tells every place that is wrong
 */
export function readManifest(content: Json): Manifest {
  const outcome = MANIFEST.validate(content, []);
  if (outcome.ok) return outcome.value;
  throw new DomainError('refused', 'manifest.invalid', `Invalid manifest:\n${describeIssues(outcome.issues)}`);
}

/** A part that has no executable has no meta and no schema of arguments. */
function absentPartFault(
  part: 'non_parallel' | 'parallel',
  executable: string | null,
  meta: ReadonlyMap<string, Json>,
  schema: ReadonlyMap<string, Json> | null,
): string | undefined {
  if (executable !== null) return undefined;
  const condition = `if \`TaskManifestV2.executable_${part}\` is None.`;
  if (meta.size > 0) return `\`TaskManifestV2.meta_${part}\` must be an empty dict ${condition} Given: ${pythonRepr(new Map(meta))}.`;
  if (schema !== null) return `\`TaskManifestV2.args_schema_${part}\` must be None ${condition} Given: ${pythonRepr(new Map(schema))}.`;
  return undefined;
}

function missingSchemaFault(content: { has_args_schemas: boolean; task_list: TaskManifest[] }): string | undefined {
  if (!content.has_args_schemas) return undefined;
  for (const task of content.task_list) {
    const missing =
      task.executable_parallel !== null && task.args_schema_parallel === null
        ? 'parallel'
        : task.executable_non_parallel !== null && task.args_schema_non_parallel === null
          ? 'non_parallel'
          : undefined;
    if (missing !== undefined) return `Manifest has has_args_schemas=True, but task '${task.name}' has task.args_schema_${missing}=None.`;
  }
  return undefined;
}

/** The text is a Python tuple, because the reference raises it with two arguments. */
function repeatedNameFault({ task_list }: { task_list: TaskManifest[] }): string | undefined {
  const names = task_list.map((task) => task.name);
  if (new Set(names).size === names.length) return undefined;
  return `('Task names in manifest must be unique.\\n', ${pythonRepr(`Given: ${pythonRepr(names)}.`)})`;
}
