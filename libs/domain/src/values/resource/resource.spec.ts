import { describe, expect, it } from 'vitest';
import { type JsonObject, parseJson, profileCreate, resourceCreate, stringifyJson, toJson, type JsonInput } from '../../index.js';

const python = { default_version: '3.12', versions: { '3.12': '/usr/bin/python3.12' } };
const local = {
  type: 'local',
  name: ' res ',
  jobs_local_dir: '/jobs/',
  tasks_local_dir: '/tasks',
  tasks_python_config: python,
  jobs_runner_config: {},
  tasks_pixi_config: {},
};
const pixi = { versions: { '0.41.0': '/pixi/0.41.0/' }, default_version: '0.41.0' };
const slurm = {
  ...local,
  type: 'slurm_sudo',
  jobs_slurm_python_worker: '/usr/bin/python3',
  jobs_runner_config: {
    default_slurm_config: { partition: 'main', mem: '10G' },
    batching_config: {
      target_num_jobs: 2,
      max_num_jobs: 4,
      target_cpus_per_job: 1,
      max_cpus_per_job: 2,
      target_mem_per_job: '200',
      max_mem_per_job: '1T',
    },
    user_local_exports: { ' A ': ' b ' },
  },
};

/** The stored form, or places and messages of the issues. */
function judge(input: JsonInput): unknown {
  const outcome = resourceCreate.validate(toJson(input), ['body']);
  if (outcome.ok) return JSON.parse(stringifyJson(toJson(outcome.value as JsonInput)));
  return outcome.issues.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`);
}

describe('a resource', () => {
  it('is stored with defaults expanded and texts normalised, unknown keys dropped', () => {
    expect(judge({ ...local, id: 7, timestamp_created: 'x' })).toEqual({
      type: 'local',
      name: 'res',
      tasks_python_config: { ...python, pip_cache_dir: null },
      tasks_pixi_config: {},
      tasks_local_dir: '/tasks',
      jobs_local_dir: '/jobs',
      jobs_runner_config: { parallel_tasks_per_job: null },
      jobs_poll_interval: 5,
      prevent_new_submissions: false,
      jobs_slurm_python_worker: null,
      host: null,
    });
  });

  it('of SLURM is stored with memory in MB', () => {
    expect(judge(slurm)).toMatchObject({
      jobs_runner_config: {
        default_slurm_config: { partition: 'main', mem: 10000, cpus_per_task: null, shebang_line: '#!/bin/sh', extra_lines: [] },
        gpu_slurm_config: null,
        batching_config: { target_mem_per_job: 200, max_mem_per_job: 1_000_000 },
        user_local_exports: { A: 'b' },
      },
    });
  });

  it('once accepted is accepted unchanged', () => {
    const stored = judge({ ...slurm, tasks_pixi_config: pixi, settings: { local_slots: 2 } }) as JsonInput;
    expect(judge(stored)).toEqual(stored);
  });

  it('needs a type', () => {
    const tags = "<ResourceType.LOCAL: 'local'>, <ResourceType.SLURM_SUDO: 'slurm_sudo'>, <ResourceType.SLURM_SSH: 'slurm_ssh'>";
    expect(judge({})).toEqual([': Unable to extract tag using discriminator get_discriminator_value()']);
    expect(judge({ type: 'pbs' })).toEqual([
      `: Input tag 'pbs' found using get_discriminator_value() does not match any of the expected tags: ${tags}`,
    ]);
  });

  it('needs the fields of its type', () => {
    expect(judge({ type: 'slurm_ssh' })).toEqual(
      [
        'name',
        'tasks_python_config',
        'tasks_pixi_config',
        'tasks_local_dir',
        'jobs_local_dir',
        'jobs_runner_config',
        'host',
        'jobs_slurm_python_worker',
      ].map((field) => `slurm_ssh.${field}: Field required`),
    );
    expect(judge({ ...local, host: '', jobs_slurm_python_worker: '/x' })).toEqual([
      'local.jobs_slurm_python_worker: Input should be None',
      'local.host: Input should be None',
    ]);
  });

  it('offers its default version of Python', () => {
    expect(judge({ ...local, tasks_python_config: { default_version: '3.12', versions: { '3.11': '/x' } } })).toEqual([
      "local.tasks_python_config: Value error, The default Python version ('3.12') is not available in ['3.11'].",
    ]);
    expect(judge({ ...local, tasks_python_config: { default_version: '3.8', versions: { '3.8': '/x' } } })).toEqual([
      "local.tasks_python_config.versions.3.8.[key]: Input should be '3.9', '3.10', '3.11', '3.12', '3.13' or '3.14'",
    ]);
  });

  it.each<[object, string]>([
    [{ ...pixi, default_version: '0.1' }, ": Value error, Default version '0.1' not in available version ['0.41.0']."],
    [{ ...pixi, versions: { '0.41.0': '/pixi/x' } }, ": Value error, pixi_path.name='x' is not equal to key='0.41.0'"],
    [
      { ...pixi, versions: { '0.41.0': '/pixi/0.41.0', '0.47.0': '/else/0.47.0' } },
      ": Value error, pixi_path=PosixPath('/else/0.47.0') is not located within the pixi_base_dir=PosixPath('/pixi').",
    ],
    [
      { ...pixi, SLURM_CONFIG: { partition: 'p', cpus: 1, time: '1' } },
      '.SLURM_CONFIG: Value error, You must set either `mem` or `mem_per_cpu`.',
    ],
    [
      { ...pixi, SLURM_CONFIG: { partition: 'p', cpus: 1, time: '1', mem: '8' } },
      ".SLURM_CONFIG.mem: Value error, Invalid memory requirement '8' for `pixi`, please set a K/M/G/T units suffix.",
    ],
  ])('refuses the pixi configuration %j', (config, problem) => {
    expect(judge({ ...local, tasks_pixi_config: config as JsonInput })).toEqual([`local.tasks_pixi_config${problem}`]);
  });

  it('reached over SSH needs a SLURM job for pixi', () => {
    expect(judge({ ...slurm, type: 'slurm_ssh', host: 'h', tasks_pixi_config: pixi })).toEqual([
      'slurm_ssh: Value error, `tasks_pixi_config` must include `SLURM_CONFIG`.',
    ]);
  });

  it('keeps the settings and the installer that it was told, and only those', () => {
    const settings = { task_environment: ['LD_LIBRARY_PATH'], local_slots: 4, retry_memory_factor: 1.5 };
    const config = { ...python, installer: 'uv', uv_version: '0.9.1' };
    expect(judge({ ...local, settings, tasks_python_config: config })).toMatchObject({
      settings,
      tasks_python_config: { installer: 'uv', uv_version: '0.9.1' },
    });
  });

  it.each<[object, string]>([
    [{ unknown: 1 }, 'unknown: Extra inputs are not permitted'],
    [{ local_slots: 0 }, 'local_slots: Input should be greater than 0'],
    [{ retry_memory_factor: 0.5 }, 'retry_memory_factor: Value error, A factor must be at least 1'],
    [{ task_environment: ['A=B'] }, "task_environment.0: String should match pattern '^[A-Za-z_][A-Za-z0-9_]*$'"],
    [{ unit_launcher: 'x' }, "unit_launcher: Input should be 'exec' or 'srun'"],
  ])('refuses the settings %j', (settings, problem) => {
    expect(judge({ ...local, settings: settings as JsonInput })).toEqual([`local.settings.${problem}`]);
  });
});

describe('a profile', () => {
  const judgeProfile = (text: string): unknown => {
    const outcome = profileCreate.validate(parseJson(text) as JsonObject, ['body']);
    return outcome.ok ? outcome.value : outcome.issues.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`);
  };

  it('of a local resource is a name', () => {
    expect(judgeProfile('{"resource_type":"local","name":" p ","unknown":1}')).toEqual({
      name: 'p',
      resource_type: 'local',
      username: null,
      ssh_key_path: null,
      jobs_remote_dir: null,
      tasks_remote_dir: null,
      pixi_cache_dir: null,
    });
    expect(judgeProfile('{"resource_type":"local","name":"p","username":""}')).toEqual(['local.username: Input should be None']);
  });

  it('of a resource over SSH has a key and folders', () => {
    expect(
      judgeProfile(
        '{"resource_type":"slurm_ssh","name":"p","username":"u","ssh_key_path":"rel","jobs_remote_dir":"/j/../k","tasks_remote_dir":""}',
      ),
    ).toEqual([
      "slurm_ssh.ssh_key_path: Value error, String must be an absolute path (given 'rel').",
      "slurm_ssh.jobs_remote_dir: Value error, String must not contain '/../'.",
      'slurm_ssh.tasks_remote_dir: String should have at least 1 character',
    ]);
  });
});
