import type { Json, JsonObject } from '@fractal-server/domain';
import { describe, expect, it } from 'vitest';
import { SlurmConfigError, type SlurmConfigErrorCode } from './configuration/slurm-config-error.js';
import type { SlurmConfig } from './configuration/slurm-config.js';
import { headerLines, renderScript } from './script/render-script.js';
import { readVectors, resolveVector, scriptRequests, type Vector, withFolder } from './vectors.spec-support.js';

const vectors = readVectors('slurm-config-vectors.json');

/** What we do better than the reference: the oddity (contract: slurm.md 16), and the lines of the first script, or its error's code. */
const EXCEPTIONS: Readonly<Record<string, { readonly reason: string; readonly header: readonly string[] | SlurmConfigErrorCode }>> = {
  C32: {
    reason: '16.4: a GPU set that says nothing of CPUs keeps those of the default set',
    header: lines({ partition: 'gpu', ntasks: 3, memory: 3000, more: ['#SBATCH --gres=gpu:v100:1'] }),
  },
  C34: {
    reason: '16.4: a GPU set that says nothing of the partition keeps that of the default set',
    header: lines({ partition: 'main', ntasks: 3, memory: 3000, more: ['#SBATCH --gres=gpu:1'] }),
  },
  C36: {
    reason: '16.4: an empty GPU set keeps partition, CPUs and memory of the default set',
    header: lines({ partition: 'main', ntasks: 3, memory: 3000 }),
  },
  C53: {
    reason: '16.5: lines of worker_init may repeat each other, also empty ones',
    header: [...lines({ partition: 'main', ntasks: 3, memory: 3000 }), 'export A=1', '', 'export B=2', ''],
  },
  C54: {
    reason: '16.5: worker_init may repeat a line of the resource',
    header: [...lines({ partition: 'main', ntasks: 3, memory: 3000 }), 'export A=1', 'export A=1'],
  },
  C56: { reason: '16.6: an account in worker_init is refused in every spelling', header: 'account_not_allowed' },
  C87: {
    reason: '16.9: the name of a SLURM job is one line and one value',
    header: lines({ partition: 'main', ntasks: 3, memory: 3000, name: '"a#b_c"', folder: '0_a_b_c' }),
  },
};

/** What the reference's error classes are called here. */
const ERROR_CODES: Readonly<Record<string, readonly SlurmConfigErrorCode[]>> = {
  SLURM_CONFIG_ERROR: ['account_not_allowed', 'invalid_value'],
  VALIDATION_ERROR: ['missing_value', 'invalid_value'],
  TYPE_ERROR: ['invalid_value'],
  VALUE_ERROR: ['invalid_value'],
  RUNTIME_ERROR: ['account_not_allowed'],
  SLURM_HEURISTICS_ERROR: ['bad_batching', 'over_limit'],
  DIVISION_BY_ZERO: ['invalid_value'],
};

describe.each(vectors.map((vector) => [vector.id, vector.description, vector] as const))('%s %s', (id, _description, vector) => {
  const exception = EXCEPTIONS[id];
  if (exception !== undefined) {
    it(`is done better (oddity ${exception.reason})`, () => {
      expect(firstHeader(vector)).toEqual(exception.header);
    });
  } else if (vector.expected.has('error')) {
    it('fails as the contract says', () => {
      const expected = vector.expected.get('error') as JsonObject;
      const error = errorOf(vector);
      expect(ERROR_CODES[expected.get('code') as string]).toContain(error.code);
      const [field] = (expected.get('fields') ?? []) as string[];
      expect(field).toBeOneOf([undefined, error.field === 'mem' ? 'mem_per_task_MB' : error.field]);
    });
  } else {
    it('gives the configuration and the warnings of the contract', () => {
      const { config, warnings } = resolveVector(vector);
      expect(wireForm(config, vector)).toEqual(expectedConfig(vector));
      expect(warnings).toEqual(vector.expected.get('warnings') ?? []);
    });

    it('gives the scripts of the contract in everything that SLURM reads', () => {
      const requests = scriptRequests(vector);
      expect(requests).toHaveLength(vector.expected.get('number_of_slurm_jobs') as number);
      for (const [key, request] of [
        ['first_job', requests[0]!],
        ['last_job', requests.at(-1)!],
      ] as const) {
        const job = vector.expected.get(key) as JsonObject | undefined;
        if (job === undefined) continue;
        expect(headerLines(request)).toEqual((job.get('header_lines') as string[]).map(withFolder));
        expect(request.unitCount).toBe(job.get('num_srun_lines'));
        expect(`{JOB_DIR_LOCAL}/${request.taskFolder.slice('/remote/'.length)}/${request.prefix}-slurm-submit.sh`).toBe(job.get('script'));
        const recorded = job.get('full_script');
        const script = renderScript(request);
        expect(script).toBe(recorded === undefined ? script : withRunner(recorded));
      }
    });
  }
});

function firstHeader(vector: Vector): string[] | SlurmConfigErrorCode {
  try {
    return headerLines(scriptRequests(vector)[0]!);
  } catch (error) {
    if (error instanceof SlurmConfigError) return error.code;
    throw error;
  }
}

function errorOf(vector: Vector): SlurmConfigError {
  try {
    scriptRequests(vector).map(renderScript);
  } catch (error) {
    if (error instanceof SlurmConfigError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

/** The recorded script with the unit runner in place of its steps and of what followed them. */
function withRunner(script: Json | undefined): string {
  return withFolder(script).replace(/srun .*$/s, 'exec python3 unit_runner.py\n');
}

function wireForm(config: SlurmConfig, { input }: Vector): Record<string, unknown> {
  const { constraint, gres, gpus, time, account, exclude, nodelist, nodes } = config;
  const optional = Object.entries({ constraint, gres, gpus, time, account, exclude, nodelist, nodes }).filter(
    ([, value]) => value !== null,
  );
  const batching = { tasks_per_job: config.unitsPerBatch, parallel_tasks_per_job: config.unitsAtOnce };
  return {
    partition: config.partition,
    cpus_per_task: config.cpusPerUnit,
    mem_per_task_MB: config.memoryMbPerUnit,
    shebang_line: config.shebang,
    use_mem_per_cpu: config.useMemoryPerCpu,
    job_name: config.jobName,
    extra_lines: config.extraLines,
    user_local_exports: Object.fromEntries(config.userLocalExports),
    ...Object.fromEntries(optional),
    ...(input.get('which') === 'parallel' ? batching : {}),
  };
}

/** Limits are no part of what a phase asks for; a single unit has a batch of its own, which the reference writes down later. */
function expectedConfig({ input, expected }: Vector): Record<string, unknown> {
  const recorded = Object.fromEntries(expected.get('merged_config_before_job_account_and_worker_init') as JsonObject);
  const isLimit = (key: string) => /^(target|max)_/.test(key);
  const isBatching = (key: string) => key === 'tasks_per_job' || key === 'parallel_tasks_per_job';
  const isSingle = input.get('which') === 'non_parallel';
  return {
    ...Object.fromEntries(Object.entries(recorded).filter(([key]) => !isLimit(key) && !(isSingle && isBatching(key)))),
    user_local_exports: Object.fromEntries(recorded['user_local_exports'] as JsonObject),
  };
}

interface HeaderFacts {
  readonly partition: string;
  readonly ntasks: number;
  readonly memory: number;
  readonly name?: string;
  readonly folder?: string;
  readonly more?: readonly string[];
}

function lines({ partition, ntasks, memory, name = 'My_Task', folder = '0_my_task', more = [] }: HeaderFacts): string[] {
  return [
    '#!/bin/sh',
    `#SBATCH --partition=${partition}`,
    `#SBATCH --ntasks=${ntasks}`,
    '#SBATCH --cpus-per-task=1',
    `#SBATCH --mem=${memory}M`,
    `#SBATCH --job-name=${name}`,
    ...more,
    `#SBATCH --err=/remote/${folder}/par-000000-slurm-%j.err`,
    `#SBATCH --out=/remote/${folder}/par-000000-slurm-%j.out`,
    `#SBATCH -D /remote/${folder}`,
  ];
}
