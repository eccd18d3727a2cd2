import type { JsonInput, JsonObject, ProfileCreate, ResourceCreate } from '@fractal-server/domain';
import type { ProfileData } from '../profiles/profiles.queries.js';
import type { ResourceData } from './resources.queries.js';

/** Keys of `tasks_python_config` beyond the contract. One that is absent in an update stays as it was. */
const ADDED_PYTHON_KEYS = ['installer', 'uv_version'] as const;

/** A described resource as it is stored. */
export function resourceDataOf(
  resource: ResourceCreate,
  before?: { readonly settings: JsonObject; readonly tasksPythonConfig: JsonObject },
): ResourceData {
  return {
    type: resource.type,
    name: resource.name,
    host: resource.host,
    jobsLocalDir: resource.jobs_local_dir,
    jobsRunnerConfig: resource.jobs_runner_config,
    jobsSlurmPythonWorker: resource.jobs_slurm_python_worker,
    jobsPollInterval: resource.jobs_poll_interval,
    tasksLocalDir: resource.tasks_local_dir,
    tasksPythonConfig: { ...addedPythonKeys(before?.tasksPythonConfig), ...resource.tasks_python_config },
    tasksPixiConfig: resource.tasks_pixi_config as JsonInput,
    preventNewSubmissions: resource.prevent_new_submissions,
    settings: { ...Object.fromEntries(before?.settings ?? []), ...resource.settings },
  };
}

function addedPythonKeys(config: JsonObject | undefined): Record<string, JsonInput> {
  const kept = ADDED_PYTHON_KEYS.map((key) => [key, config?.get(key)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Record<string, JsonInput>;
}

/** A described profile as it is stored. */
export function profileDataOf(profile: ProfileCreate): ProfileData {
  return {
    resourceType: profile.resource_type,
    name: profile.name,
    username: profile.username,
    sshKeyPath: profile.ssh_key_path,
    jobsRemoteDir: profile.jobs_remote_dir,
    tasksRemoteDir: profile.tasks_remote_dir,
    pixiCacheDir: profile.pixi_cache_dir,
  };
}
