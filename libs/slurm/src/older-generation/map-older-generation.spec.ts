import {
  parseJson,
  profileCreate,
  resourceCreate,
  slurmRunnerConfig,
  stringifyJson,
  type Json,
  type JsonObject,
  type SlurmSudoResource,
} from '@fractal-server/domain';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveSlurmConfig } from '../configuration/resolve-slurm-config.js';
import { headerLines } from '../script/render-script.js';
import { isOlderGeneration, mapOlderGeneration } from './map-older-generation.js';

const file = new URL('../../../../test/vectors/documented-examples.json', import.meta.url);
const examples = parseJson(readFileSync(file, 'utf8')) as JsonObject;

const MISSING = {
  folder: '/srv/fractal',
  slurmUser: 'alice',
  python: { defaultVersion: '3.12', versions: new Map([['3.12', '/usr/bin/python3.12']]) },
};

const ENVIRONMENT = {
  FRACTAL_RUNNER_BACKEND: 'slurm',
  FRACTAL_SLURM_CONFIG_FILE: '/some/path/to/slurm_config.json',
  FRACTAL_TASKS_DIR: '/some/path/to/the/task/environment/folder',
  FRACTAL_RUNNER_WORKING_BASE_DIR: 'some_folder_name',
};

describe('the documented examples', () => {
  it.each((examples.get('resources') as JsonObject[]).map((resource) => [resource.get('type') as string, resource] as const))(
    'of a %s resource is valid',
    (_type, resource) => {
      expect(resourceCreate.validate(resource, [])).toMatchObject({ ok: true });
    },
  );

  it.each((examples.get('profiles') as JsonObject[]).map((profile) => [profile.get('resource_type') as string, profile] as const))(
    'of a %s profile is valid',
    (_type, profile) => {
      expect(profileCreate.validate(profile, [])).toMatchObject({ ok: true });
    },
  );

  it.each(['slurm_sudo', 'slurm_ssh'])('of a %s resource runs tasks with and without a GPU, also as stored', (type) => {
    const resource = (examples.get('resources') as JsonObject[]).find((example) => example.get('type') === type)!;
    const stored = asStored(resource.get('jobs_runner_config') as JsonObject);
    expect(headerOf(stored, null)).toContain('#SBATCH --partition=partition-name');
    expect(headerOf(stored, new Map([['needs_gpu', true]]))).toEqual(
      expect.arrayContaining(['#SBATCH --partition=gpu', '#SBATCH --cpus-per-task=1', '#SBATCH --mem=100M', '#SBATCH --gres=gpu:v100:1']),
    );
    expect(headerOf(stored, null)).toContain('export NAPARI_CONFIG=/my/cache/napari_config.json');
  });
});

describe('the older generation', () => {
  it('is recognised by its variables', () => {
    expect(isOlderGeneration(ENVIRONMENT)).toBe(true);
    expect(isOlderGeneration({ FRACTAL_RUNNER_BACKEND: 'slurm_sudo' })).toBe(false);
  });

  it("lays a task's meta below that of its workflow task", () => {
    const meta = examples.get('older_meta') as JsonObject;
    const { config } = resolveSlurmConfig({
      runnerConfig: mappedRunnerConfig(examples.get('older_default_set')!),
      metas: [meta.get('task') as JsonObject, meta.get('workflow_task') as JsonObject],
      taskName: 'task',
      part: 'single',
      unitCount: 1,
    });
    expect(config).toMatchObject({ cpusPerUnit: 3, memoryMbPerUnit: 10_000, partition: 'main' });
  });

  it('has its lines and exports in the script', () => {
    const whole = new Map([...(examples.get('older_default_set') as JsonObject), ...(examples.get('older_exports') as JsonObject)]);
    expect(
      headerOf(
        mappedRunnerConfig(whole),
        new Map<string, Json>([
          ['cpus_per_task', 1],
          ['mem', '1G'],
        ]),
      ).slice(-4),
    ).toEqual([
      'export SOMEVARIABLE=123',
      'export ANOTHERVARIABLE=ABC',
      'export LIBRARY_1_CACHE_DIR=/my/cache/somewhere/library_1',
      'export LIBRARY_2_FILE=/my/cache/somewhere/else/library_2.json',
    ]);
  });

  it('becomes a valid resource and profile, and is told what became what', () => {
    const { resource, profile, mappings } = map(examples.get('older_default_set')!);
    expect(validResource(resource)).toMatchObject({
      type: 'slurm_sudo',
      jobs_local_dir: '/srv/fractal/some_folder_name',
      tasks_local_dir: '/some/path/to/the/task/environment/folder',
      jobs_slurm_python_worker: '/usr/bin/python3.12',
      jobs_poll_interval: 5,
    });
    expect(profileCreate.validate(parseJson(stringifyJson(profile)), [])).toMatchObject({ ok: true, value: { username: 'alice' } });
    const told = mappings.map(({ from, to }) => `${from} -> ${to}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'FRACTAL_RUNNER_WORKING_BASE_DIR=some_folder_name -> resource.jobs_local_dir',
        'slurm configuration: default_slurm_config -> resource.jobs_runner_config.default_slurm_config',
        'FRACTAL_SLURM_POLL_INTERVAL (not set) -> resource.jobs_poll_interval = 5',
      ]),
    );
  });

  it('keeps its interpreters and settings', () => {
    const { resource } = map(examples.get('older_default_set')!, {
      FRACTAL_TASKS_PYTHON_3_10: '/opt/python3.10',
      FRACTAL_TASKS_PYTHON_3_11: '/opt/python3.11',
      FRACTAL_TASKS_PYTHON_DEFAULT_VERSION: '3.10',
      FRACTAL_SLURM_WORKER_PYTHON: '/opt/worker',
      FRACTAL_SLURM_POLL_INTERVAL: '10',
      FRACTAL_PIP_CACHE_DIR: '/opt/cache',
    });
    expect(validResource(resource)).toMatchObject({
      jobs_slurm_python_worker: '/opt/worker',
      jobs_poll_interval: 10,
      tasks_python_config: { default_version: '3.10', pip_cache_dir: '/opt/cache' },
    });
  });

  it('loses what is not there any more, and says so', () => {
    const set = new Map<string, Json>([
      ['partition', 'main'],
      ['pre_submission_commands', ['module load x']],
    ]);
    const { resource, mappings } = map(new Map<string, Json>([['default_slurm_config', set]]));
    expect(validResource(resource).jobs_runner_config.default_slurm_config.partition).toBe('main');
    expect(mappings.map(({ from }) => from)).toContain('slurm configuration: default_slurm_config.pre_submission_commands');
  });
});

function map(slurmConfigFile: Json, more: Record<string, string> = {}) {
  return mapOlderGeneration({ environment: { ...ENVIRONMENT, ...more }, slurmConfigFile, missing: MISSING });
}

function validResource(resource: Parameters<typeof stringifyJson>[0]): SlurmSudoResource {
  const outcome = resourceCreate.validate(parseJson(stringifyJson(resource)), []);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  return outcome.value as SlurmSudoResource;
}

function mappedRunnerConfig(slurmConfigFile: Json): JsonObject {
  return asStored(validResource(map(slurmConfigFile).resource).jobs_runner_config);
}

function asStored(config: unknown): JsonObject {
  const outcome = slurmRunnerConfig.validate(parseJson(stringifyJson(config as JsonObject)), []);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  return parseJson(stringifyJson(outcome.value as unknown as JsonObject)) as JsonObject;
}

function headerOf(runnerConfig: JsonObject, meta: JsonObject | null): string[] {
  const { config } = resolveSlurmConfig({ runnerConfig, metas: [meta], taskName: 'task', part: 'single', unitCount: 1 });
  return headerLines({ config, unitCount: 1, taskFolder: '/r/0_task', prefix: 'non_par', cacheDir: '/my/cache', command: ['python3'] });
}
