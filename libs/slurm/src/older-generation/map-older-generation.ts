import { isJsonObject, type Json, type JsonInput, toJson } from '@fractal-server/domain';

/** What an installation of the older generation was configured with. */
export interface OlderGeneration {
  /** Its environment variables, also those that we do not know. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Content of the file that `FRACTAL_SLURM_CONFIG_FILE` names. */
  readonly slurmConfigFile: Json;
  /** What the variables say nothing of. */
  readonly missing: {
    /** Folder that relative paths begin at, absolute. */
    readonly folder: string;
    /** The account that runs the SLURM jobs: every user had one of their own. */
    readonly slurmUser: string;
    readonly python: { readonly defaultVersion: string; readonly versions: ReadonlyMap<string, string> };
  };
}

/** What became of one thing: where it came from, and where it went, or why it went nowhere. */
export interface Mapping {
  readonly from: string;
  readonly to: string;
}

/** Definitions as an admin would write them today, not validated yet. */
export interface MappedOlderGeneration {
  readonly resource: JsonInput;
  readonly profile: JsonInput;
  readonly mappings: readonly Mapping[];
}

/** Limits that fit most clusters, for a file that has none. They are named among the mappings. */
const DEFAULT_BATCHING: Readonly<Record<string, number | string>> = {
  target_cpus_per_job: 8,
  max_cpus_per_job: 16,
  target_mem_per_job: '32G',
  max_mem_per_job: '64G',
  target_num_jobs: 50,
  max_num_jobs: 100,
};

/** Keys that were dropped later, with what replaces them (contract: slurm.md 2.1). */
const DROPPED: ReadonlyMap<string, string> = new Map([
  ['pre_submission_commands', 'left out: put what a job needs into extra_lines, or into worker_init of the job'],
]);

/** Whether the variables are those of the older generation with SLURM. */
export function isOlderGeneration(environment: OlderGeneration['environment']): boolean {
  return environment['FRACTAL_RUNNER_BACKEND'] === 'slurm' || isGiven(environment['FRACTAL_SLURM_CONFIG_FILE']);
}

/**
 * Turns the variables and the file of the older generation, which had one cluster and one configuration file, into a resource and a
 * profile (contract: README.md).
 */
export function mapOlderGeneration({ environment, slurmConfigFile, missing }: OlderGeneration): MappedOlderGeneration {
  const mappings: Mapping[] = [
    { from: 'FRACTAL_RUNNER_BACKEND=slurm', to: 'resource.type = slurm_sudo (start servers with FRACTAL_RUNNER_BACKEND=slurm_sudo)' },
  ];
  const take = (name: string, to: string, byDefault: string): string => {
    const given = environment[name];
    mappings.push(isGiven(given) ? { from: `${name}=${given}`, to } : { from: `${name} (not set)`, to: `${to} = ${byDefault}` });
    return isGiven(given) ? given : byDefault;
  };
  const folder = (path: string) => (path.startsWith('/') ? path : `${missing.folder}/${path}`);

  const python = pythonConfig(environment, missing.python, mappings);
  const resource: JsonInput = {
    name: 'SLURM cluster',
    type: 'slurm_sudo',
    jobs_local_dir: folder(take('FRACTAL_RUNNER_WORKING_BASE_DIR', 'resource.jobs_local_dir', 'data-jobs')),
    tasks_local_dir: folder(take('FRACTAL_TASKS_DIR', 'resource.tasks_local_dir', 'data-tasks')),
    jobs_slurm_python_worker: take('FRACTAL_SLURM_WORKER_PYTHON', 'resource.jobs_slurm_python_worker', defaultInterpreter(python)),
    jobs_poll_interval: take('FRACTAL_SLURM_POLL_INTERVAL', 'resource.jobs_poll_interval', '5'),
    tasks_python_config: python,
    tasks_pixi_config: {},
    jobs_runner_config: runnerConfig(slurmConfigFile, mappings),
  };
  mappings.push({
    from: "each user's slurm_user",
    to: `profile.username = ${missing.slurmUser} (one profile for each account of the cluster)`,
  });
  mappings.push({ from: "each user's cache_dir", to: "below the first of the user's project_dirs: <project_dir>/fractal/.fractal_cache" });
  mappings.push({ from: "a task's meta", to: "below its workflow task's meta, as before" });
  return { resource, profile: { name: 'SLURM profile', resource_type: 'slurm_sudo', username: missing.slurmUser }, mappings };
}

/** The file has the form of `jobs_runner_config` already, apart from keys that came later or were dropped. */
function runnerConfig(file: Json, mappings: Mapping[]): JsonInput {
  if (!isJsonObject(file)) return file;
  const config = new Map<string, Json>();
  for (const [key, value] of file) {
    const dropped = DROPPED.get(key);
    mappings.push({ from: `slurm configuration: ${key}`, to: dropped ?? `resource.jobs_runner_config.${key}` });
    if (dropped === undefined) config.set(key, isJsonObject(value) ? withoutDropped(key, value, mappings) : value);
  }
  if (!config.has('batching_config')) {
    config.set('batching_config', toJson(DEFAULT_BATCHING));
    const limits = Object.entries(DEFAULT_BATCHING).map(([limit, value]) => `${limit}=${value}`);
    mappings.push({
      from: 'slurm configuration: batching_config (not there)',
      to: `resource.jobs_runner_config.batching_config: ${limits.join(', ')}`,
    });
  }
  return config;
}

function withoutDropped(section: string, set: ReadonlyMap<string, Json>, mappings: Mapping[]): Map<string, Json> {
  const kept = [...set].filter(([key]) => !DROPPED.has(key));
  for (const key of set.keys()) {
    const dropped = DROPPED.get(key);
    if (dropped !== undefined) mappings.push({ from: `slurm configuration: ${section}.${key}`, to: dropped });
  }
  return new Map(kept);
}

type PythonConfig = {
  readonly default_version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly pip_cache_dir?: string | undefined;
};

/** `FRACTAL_TASKS_PYTHON_3_12=/usr/bin/python3.12` and its siblings, or what was found on this machine. */
function pythonConfig(
  environment: OlderGeneration['environment'],
  found: OlderGeneration['missing']['python'],
  mappings: Mapping[],
): PythonConfig {
  const given = Object.entries(environment).flatMap(([name, path]) => {
    const minor = /^FRACTAL_TASKS_PYTHON_3_(\d+)$/.exec(name)?.[1];
    return minor === undefined || !isGiven(path) ? [] : [{ name, minor: Number(minor), version: `3.${minor}`, path }];
  });
  given.sort((one, other) => one.minor - other.minor);
  for (const { name, version, path } of given)
    mappings.push({ from: `${name}=${path}`, to: `resource.tasks_python_config.versions["${version}"]` });
  const cache = environment['FRACTAL_PIP_CACHE_DIR'];
  if (isGiven(cache)) mappings.push({ from: `FRACTAL_PIP_CACHE_DIR=${cache}`, to: 'resource.tasks_python_config.pip_cache_dir' });
  const pip_cache_dir = isGiven(cache) ? cache : undefined;
  if (given.length === 0) {
    const versions = Object.fromEntries(found.versions);
    mappings.push({
      from: 'FRACTAL_TASKS_PYTHON_3_x (not set)',
      to: `resource.tasks_python_config.versions: ${Object.keys(versions).join(', ')} of this machine`,
    });
    return { default_version: found.defaultVersion, versions, pip_cache_dir };
  }
  const chosen = environment['FRACTAL_TASKS_PYTHON_DEFAULT_VERSION'];
  const default_version = isGiven(chosen) ? chosen : given.at(-1)!.version;
  mappings.push({
    from: isGiven(chosen) ? `FRACTAL_TASKS_PYTHON_DEFAULT_VERSION=${chosen}` : 'FRACTAL_TASKS_PYTHON_DEFAULT_VERSION (not set)',
    to: `resource.tasks_python_config.default_version = ${default_version}`,
  });
  return { default_version, versions: Object.fromEntries(given.map(({ version, path }) => [version, path])), pip_cache_dir };
}

function defaultInterpreter({ default_version, versions }: PythonConfig): string {
  return versions[default_version] ?? '/usr/bin/python3';
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
