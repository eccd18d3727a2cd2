import { DomainError } from '../errors/domain-error.js';
import type { JsonObject } from '../json/json.js';
import { commandFault } from '../values/index.js';
import { quoteWord } from './command.js';
import type { Manifest, TaskManifest } from './manifest.js';
import { deriveTaskType, type TaskType } from './task-type.js';

/** A task as it is stored, but for its ids. */
export interface TaskRecord {
  readonly name: string;
  readonly type: TaskType;
  readonly version: string;
  readonly commandNonParallel: string | null;
  readonly commandParallel: string | null;
  readonly metaNonParallel: JsonObject;
  readonly metaParallel: JsonObject;
  readonly argsSchemaNonParallel: JsonObject | null;
  readonly argsSchemaParallel: JsonObject | null;
  readonly argsSchemaVersion: string | null;
  readonly docsInfo: string | null;
  readonly docsLink: string | null;
  readonly inputTypes: Map<string, boolean>;
  readonly outputTypes: Map<string, boolean>;
  readonly category: string | null;
  readonly modality: string | null;
  readonly authors: string | null;
  readonly tags: string[];
}

/** Where the tasks of a manifest were found. */
export interface TaskPlace {
  /** Interpreter that runs the executables. */
  readonly python: string;
  /** Folder that the executables are relative to. */
  readonly packageRoot: string;
  /** Version of the task group. */
  readonly version: string;
}

/**
 * The tasks of a manifest (contract: task-environments.md 9.3). Interpreter and executable are each one word of a command, whatever they
 * hold.
 * @throws DomainError `manifest.invalid_task` when a command holds a forbidden character, or schemas come without their version
 */
export function tasksOfManifest(content: Manifest, place: TaskPlace): TaskRecord[] {
  return content.task_list.map((task) => {
    if (content.has_args_schemas && content.args_schema_version === null) {
      throw invalidTask(task, 'the manifest has args schemas, but no args_schema_version.');
    }
    return {
      name: task.name,
      type:
        task.type ?? deriveTaskType({ nonParallel: task.executable_non_parallel !== null, parallel: task.executable_parallel !== null }),
      version: place.version,
      commandNonParallel: commandOf(task, task.executable_non_parallel, place),
      commandParallel: commandOf(task, task.executable_parallel, place),
      metaNonParallel: task.meta_non_parallel,
      metaParallel: task.meta_parallel,
      argsSchemaNonParallel: task.args_schema_non_parallel,
      argsSchemaParallel: task.args_schema_parallel,
      argsSchemaVersion: content.has_args_schemas ? content.args_schema_version : null,
      docsInfo: task.docs_info,
      docsLink: task.docs_link,
      inputTypes: task.input_types,
      outputTypes: task.output_types,
      category: task.category,
      modality: task.modality,
      authors: content.authors,
      tags: task.tags,
    };
  });
}

function commandOf(task: TaskManifest, executable: string | null, { python, packageRoot }: TaskPlace): string | null {
  if (executable === null) return null;
  const command = `${quoteWord(python)} ${quoteWord(`${packageRoot}/${executable}`)}`;
  const fault = commandFault(command);
  if (fault !== undefined) throw invalidTask(task, fault);
  return command;
}

function invalidTask(task: TaskManifest, reason: string): DomainError {
  return new DomainError('refused', 'manifest.invalid_task', `Invalid task '${task.name}' in manifest: ${reason}`);
}
