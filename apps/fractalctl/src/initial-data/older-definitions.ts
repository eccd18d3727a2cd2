import type { Json, JsonInput } from '@fractal-server/domain';
import { mapOlderGeneration, type Mapping } from '@fractal-server/slurm';
import { resolve } from 'node:path';
import { findInterpreters } from '../state/interpreters.js';
import { DefinitionError } from './definition-error.js';
import { readJsonFile } from './read-definition.js';

/** Resource and profile of an installation of the older generation, read from its variables and its configuration file. */
export interface OlderDefinitions {
  readonly resource: JsonInput;
  readonly profile: JsonInput;
  readonly mappings: readonly Mapping[];
}

/**
 * @param slurmUser account of the cluster that runs the jobs; the older generation had one for each user
 * @throws DefinitionError when the file cannot be read or the account is missing
 */
export async function olderDefinitions(
  environment: Readonly<Record<string, string | undefined>>,
  slurmUser: string | undefined,
): Promise<OlderDefinitions> {
  if (slurmUser === undefined) {
    const msg = 'Name the account of the cluster that runs the jobs: `--slurm-user <name>`.';
    throw new DefinitionError('profile', [{ loc: ['username'], msg }]);
  }
  const slurmConfigFile = readSlurmConfigFile(environment['FRACTAL_SLURM_CONFIG_FILE']);
  const missing = { folder: process.cwd(), slurmUser, python: await findInterpreters() };
  return mapOlderGeneration({ environment, slurmConfigFile, missing });
}

function readSlurmConfigFile(path: string | undefined): Json {
  if (path === undefined || path === '') {
    throw new DefinitionError('resource', [{ loc: ['jobs_runner_config'], msg: 'FRACTAL_SLURM_CONFIG_FILE is not set.' }]);
  }
  try {
    return readJsonFile(resolve(path));
  } catch (error) {
    const msg = `FRACTAL_SLURM_CONFIG_FILE=${path} cannot be read: ${String(error)}`;
    throw new DefinitionError('resource', [{ loc: ['jobs_runner_config'], msg }]);
  }
}
