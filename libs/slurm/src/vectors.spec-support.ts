import {
  isJsonObject,
  parseJson,
  slurmRunnerConfig,
  stringifyJson,
  type Json,
  type JsonInput,
  type JsonObject,
} from '@fractal-server/domain';
import { readFileSync } from 'node:fs';
import { forJob } from './configuration/for-job.js';
import { resolveSlurmConfig, type ResolvedSlurmConfig } from './configuration/resolve-slurm-config.js';
import type { ScriptRequest } from './script/render-script.js';
import { batchPrefix } from './script/slurm-files.js';
import { splitUnits } from './batching/split-units.js';
import { taskFolderName } from '@fractal-server/domain';

/** A recorded case of the reference. */
export interface Vector {
  readonly id: string;
  readonly description: string;
  readonly input: JsonObject;
  readonly expected: JsonObject;
  readonly whole: JsonObject;
}

/** The cases of a file of `test/vectors`. */
export function readVectors(file: string, key = 'vectors'): Vector[] {
  const path = new URL(`../../../test/vectors/${file}`, import.meta.url);
  const content = parseJson(readFileSync(path, 'utf8')) as JsonObject;
  return (content.get(key) as JsonObject[]).map((whole) => ({
    id: whole.get('id') as string,
    description: (whole.get('description') ?? '') as string,
    input: whole.get('input') as JsonObject,
    expected: whole.get('expected') as JsonObject,
    whole,
  }));
}

/** What the job folders and the interpreter are called in the vectors. */
export const REMOTE = '{JOB_DIR_REMOTE}';

/** The configuration of a vector's run. */
export function resolveVector({ input, whole }: Vector): ResolvedSlurmConfig {
  return resolveSlurmConfig({
    runnerConfig: storedConfig(input),
    metas: [whole.get('effective_workflow_task_meta') as JsonObject | null],
    taskName: input.get('task_name') as string,
    part: partOf(input),
    unitCount: input.get('number_of_tasks') as number,
  });
}

/** Everything that the scripts of a vector's batches are made of; a folder of the test stands for the placeholder, which is no path. */
export function scriptRequests(vector: Vector): ScriptRequest[] {
  const { input } = vector;
  const { config } = resolveVector(vector);
  const ofJob = forJob(config, {
    slurmAccount: input.get('job_slurm_account') as string | null,
    workerInit: input.get('job_worker_init') as string | null,
  });
  return splitUnits(input.get('number_of_tasks') as number, ofJob.unitsPerBatch).map(({ position, unitCount }) => ({
    config: ofJob,
    unitCount,
    taskFolder: `/remote/${taskFolderName(0, input.get('task_name') as string)}`,
    prefix: batchPrefix(partOf(input), position),
    cacheDir: input.get('user_cache_dir') as string,
    command: ['python3', 'unit_runner.py'],
  }));
}

/** A recorded text with the folder of `scriptRequests`. */
export function withFolder(text: Json | undefined): string {
  return (text as string).replaceAll(REMOTE, '/remote');
}

function partOf(input: JsonObject): 'single' | 'parallel' {
  return input.get('which') === 'non_parallel' ? 'single' : 'parallel';
}

/** The resource's configuration as it stands in the database. */
function storedConfig(input: JsonObject): JsonObject {
  const given = input.get('resource_jobs_runner_config') as JsonObject;
  if (input.get('stored_form') === 'as_given') return given;
  const outcome = slurmRunnerConfig.validate(given, []);
  const stored = outcome.ok ? parseJson(stringifyJson(outcome.value as unknown as JsonInput)) : null;
  if (!isJsonObject(stored)) throw new Error('A vector with an invalid resource');
  return stored;
}
