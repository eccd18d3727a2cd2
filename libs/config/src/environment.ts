import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDotenv } from './dotenv.js';
import type { EnvironmentText } from './variable.js';

/** Name of the file beside which a process is started. */
export const ENVIRONMENT_FILE = '.fractal_server.env';

/**
 * The variables of this process, with those of `.fractal_server.env` in the working directory below them (contract: auth-admin-config-db.md
 * 7). The only place that touches `process.env`.
 */
export function readEnvironment(folder: string = process.cwd()): EnvironmentText {
  return { ...readEnvironmentFile(folder), ...process.env };
}

function readEnvironmentFile(folder: string): Record<string, string> {
  try {
    return parseDotenv(readFileSync(join(folder, ENVIRONMENT_FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
