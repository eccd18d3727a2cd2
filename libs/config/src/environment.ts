import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Names and texts of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Name of the file beside the process that supplies variables (contract: auth-admin-config-db.md 7). */
export const ENVIRONMENT_FILE = '.fractal_server.env';

/**
 * The variables of the process, completed by `.fractal_server.env` of the folder. The process wins. A missing file is fine.
 * @throws when the file exists and cannot be read
 */
export function loadEnvironment(processVariables: Environment = process.env, folder: string = process.cwd()): Environment {
  return { ...readEnvironmentFile(join(folder, ENVIRONMENT_FILE)), ...processVariables };
}

function readEnvironmentFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Environment;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
