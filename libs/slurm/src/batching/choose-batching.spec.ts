import { parallelStem, parseJson, taskFolderName, unitFiles, type Json, type JsonObject } from '@fractal-server/domain';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlurmConfigError, type SlurmConfigErrorCode } from '../configuration/slurm-config-error.js';
import { readVectors, type Vector } from '../vectors.spec-support.js';
import { chooseBatching, type BatchingRequest } from './choose-batching.js';
import { splitUnits } from './split-units.js';

/** The reference's errors in our codes. */
const CODES: Readonly<Record<string, SlurmConfigErrorCode>> = {
  TASKS_AND_PARALLEL_MUST_BE_BOTH_SET_OR_BOTH_UNSET: 'bad_batching',
  CPUS_PER_TASK_OVER_MAX_CPUS_PER_JOB: 'over_limit',
  MEM_PER_TASK_OVER_MAX_MEM_PER_JOB: 'over_limit',
  CPUS_PER_JOB_OVER_MAX: 'over_limit',
  MEM_PER_JOB_OVER_MAX: 'over_limit',
  NUM_JOBS_OVER_MAX: 'over_limit',
  DIVISION_BY_ZERO: 'invalid_value',
};

describe.each(readVectors('batching-vectors.json', 'heuristics').map((vector) => [vector.id, vector.description, vector] as const))(
  '%s %s',
  (id, _description, vector) => {
    const { expected } = vector;
    if (id === 'B29') {
      it('is refused (contract: slurm.md 3.2: negative numbers break something later)', () => {
        expect(codeOf(vector)).toBe('bad_batching');
      });
    } else if (expected.has('error')) {
      it('fails as the contract says', () => {
        expect(codeOf(vector)).toBe(CODES[expected.get('error') as string]);
      });
    } else {
      it('is cut as the contract says', () => {
        const request = requestOf(vector);
        const batching = chooseBatching(request);
        expect(batching).toEqual({
          unitsPerBatch: expected.get('tasks_per_job'),
          unitsAtOnce: expected.get('parallel_tasks_per_job'),
          branch: expected.get('branch'),
          warnings: expected.get('warnings'),
          isOverTargetBatches: (expected.get('debug_notes') as Json[]).includes('NUM_JOBS_OVER_TARGET'),
        });
        const batches = splitUnits(request.unitCount, batching.unitsPerBatch);
        expect(batches).toHaveLength(expected.get('num_slurm_jobs') as number);
        expect(batches.at(-1)?.unitCount ?? 0).toBe(expected.get('tasks_in_last_job'));
      });
    }
  },
);

describe('splitting', () => {
  const path = new URL('../../../../test/vectors/batching-vectors.json', import.meta.url);
  const splitting = (parseJson(readFileSync(path, 'utf8')) as JsonObject).get('splitting') as JsonObject;

  it.each((splitting.get('task_files') as JsonObject[]).map((files) => [files.get('tot_tasks'), files.get('batch_size'), files] as const))(
    'names the files of %s units in batches of %s as recorded',
    (_total, size, files) => {
      const total = files.get('tot_tasks') as number;
      const batchSize = size as number;
      const batches = batchSize === 0 ? [{ position: 0, firstUnit: 0, unitCount: total }] : splitUnits(total, batchSize);
      const stems = batches.flatMap(({ firstUnit, unitCount }) =>
        Array.from({ length: unitCount }, (_, index) => parallelStem(firstUnit + index, batchSize)),
      );
      expect(stems).toEqual(files.get('expected_file_stems'));
      const first = unitFiles(stems[0]!);
      expect(`/L/0_t/${first.log}`).toBe(files.get('expected_first_log_local'));
      expect(`/R/0_t/${first.args}`).toBe(files.get('expected_first_args_remote'));
      expect(`/R/0_t/${first.metadiff}`).toBe(files.get('expected_first_metadiff_remote'));
    },
  );

  it.each((splitting.get('subfolders') as JsonObject[]).map((folder) => [folder.get('task_name') as string, folder] as const))(
    'gives the task %j its folder',
    (name, folder) => {
      expect(taskFolderName(folder.get('order') as number, name)).toBe(folder.get('expected_subfolder'));
    },
  );

  it('puts every unit into exactly one batch, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 50 }), (unitCount, unitsPerBatch) => {
        const units = splitUnits(unitCount, unitsPerBatch).flatMap((slice) =>
          Array.from({ length: slice.unitCount }, (_, index) => slice.firstUnit + index),
        );
        expect(units).toEqual(Array.from({ length: unitCount }, (_, index) => index));
      }),
    );
  });
});

function requestOf({ input }: Vector): BatchingRequest {
  const number = (key: string) => input.get(key) as number;
  return {
    unitCount: number('tot_tasks'),
    unitsPerBatch: input.get('tasks_per_job') as number | null,
    unitsAtOnce: input.get('parallel_tasks_per_job') as number | null,
    cpusPerUnit: number('cpus_per_task'),
    memoryMbPerUnit: number('mem_per_task'),
    limits: {
      targetBatches: number('target_num_jobs'),
      maxBatches: number('max_num_jobs'),
      targetCpus: number('target_cpus_per_job'),
      maxCpus: number('max_cpus_per_job'),
      targetMemoryMb: number('target_mem_per_job'),
      maxMemoryMb: number('max_mem_per_job'),
    },
  };
}

function codeOf(vector: Vector): SlurmConfigErrorCode {
  try {
    chooseBatching(requestOf(vector));
  } catch (error) {
    if (error instanceof SlurmConfigError) return error.code;
    throw error;
  }
  throw new Error('Nothing was thrown');
}
