import type { Resource } from '@fractal-server/database';
import {
  anyObject,
  awareDateTime,
  boolean,
  DEFAULT_RESOURCE_SETTINGS,
  integer,
  lenientModel,
  nullable,
  optional,
  required,
  string,
  type Infer,
  type Json,
} from '@fractal-server/domain';
import { zuluTimestamp } from '../../http/index.js';

/** A computational resource, as it is shown. */
export const resourceRead = lenientModel('ResourceRead', {
  id: required(integer()),
  name: required(string()),
  type: required(string()),
  prevent_new_submissions: required(boolean()),
  timestamp_created: required(awareDateTime()),
  host: required(nullable(string())),
  jobs_local_dir: required(string()),
  jobs_runner_config: required(anyObject()),
  jobs_slurm_python_worker: required(nullable(string())),
  jobs_poll_interval: required(integer()),
  tasks_local_dir: required(string()),
  tasks_python_config: required(anyObject()),
  tasks_pixi_config: required(anyObject()),
  settings: optional(anyObject(), () => new Map()),
});
export type ResourceRead = Infer<typeof resourceRead>;

export function toResourceRead(resource: Resource): ResourceRead {
  return {
    id: resource.id,
    name: resource.name,
    type: resource.type,
    prevent_new_submissions: resource.preventNewSubmissions,
    timestamp_created: zuluTimestamp(resource.timestampCreated),
    host: resource.host,
    jobs_local_dir: resource.jobsLocalDir,
    jobs_runner_config: resource.jobsRunnerConfig,
    jobs_slurm_python_worker: resource.jobsSlurmPythonWorker,
    jobs_poll_interval: resource.jobsPollInterval,
    tasks_local_dir: resource.tasksLocalDir,
    tasks_python_config: resource.tasksPythonConfig,
    tasks_pixi_config: resource.tasksPixiConfig,
    settings: new Map([...(Object.entries(DEFAULT_RESOURCE_SETTINGS) as [string, Json][]), ...resource.settings]),
  };
}
