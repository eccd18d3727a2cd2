import type { JsonInput } from '@fractal-server/domain';
import type { Interpreters } from '../state/interpreters.js';

/** Where a local resource keeps its files. */
export interface ResourceFolders {
  readonly jobs: string;
  readonly tasks: string;
}

/** The resource of a server that was told about none: this machine. */
export function defaultResource(folders: ResourceFolders, { defaultVersion, versions }: Interpreters, installer?: 'uv'): JsonInput {
  return {
    name: 'Local resource',
    type: 'local',
    jobs_local_dir: folders.jobs,
    tasks_local_dir: folders.tasks,
    tasks_python_config: { default_version: defaultVersion, versions: Object.fromEntries(versions), installer },
    jobs_poll_interval: 0,
    jobs_runner_config: {},
    tasks_pixi_config: {},
  };
}

/** The profile that goes with it. */
export const DEFAULT_PROFILE: JsonInput = { resource_type: 'local', name: 'Local profile' };
