import { DomainError, parseJson, readManifest, splitCommand, tasksOfManifest, type TaskRecord } from '@fractal-server/domain';
import type { CallOptions, Host } from '@fractal-server/hosts';

/** What turns a manifest into tasks. */
export interface TaskSource {
  readonly manifestPath: string;
  /** Folder that the manifest's executables are relative to. */
  readonly packageRoot: string;
  /** Interpreter of the tasks' commands. */
  readonly python: string;
  readonly version: string;
}

/**
 * The tasks of an installed package, checked: the manifest is valid and every executable is there (contract: task-environments.md 9.3).
 * @throws DomainError that says what is wrong with the package
 */
export async function readInstalledTasks(host: Host, source: TaskSource, calls: CallOptions): Promise<TaskRecord[]> {
  const text = (await host.readFile(source.manifestPath, calls)).toString('utf8');
  const manifest = readManifest(parseManifestText(text, source.manifestPath));
  const tasks = tasksOfManifest(manifest, source);
  for (const task of tasks) {
    for (const command of [task.commandNonParallel, task.commandParallel]) {
      if (command === null) continue;
      const executable = splitCommand(command).at(-1) ?? '';
      if ((await host.stat(executable, calls)) === null) {
        throw new DomainError(
          'refused',
          'collection.executable',
          `Task '${task.name}' names the file ${executable}, which the package does not have.`,
        );
      }
    }
  }
  return tasks;
}

function parseManifestText(text: string, path: string) {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new DomainError('refused', 'collection.manifest', `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
