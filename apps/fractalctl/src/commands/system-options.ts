import { InvalidArgumentError, Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { installation } from '../installation.js';
import type { SystemOptions } from '../system/options.js';
import type { QueueType } from '../system/queue-choice.js';
import { backendOption } from './backend-option.js';

interface ParsedOptions {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly adminEmail: string;
  readonly adminPassword?: string;
  readonly adminProjectDir?: string;
  readonly apiProcesses: number;
  readonly workers: number;
  readonly backend: readonly string[];
  readonly queue?: QueueType;
}

const HIGHEST_PORT = 65_535;
const MOST_PROCESSES = 64;

/** Adds the options that `up` and `demo` share. */
export function withSystemOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('-p, --port <number>', 'port to listen on; 0 takes a free one', integer(0, HIGHEST_PORT), 8000)
    .option('--data <folder>', 'folder of everything that is kept; deleting it removes all', installation.defaultStateFolder)
    .option('--admin-email <address>', 'e-mail of the admin who is created at the first start', 'admin@example.org')
    .option('--admin-password <text>', 'password of that admin (default: made up and kept in the state folder)')
    .option('--admin-project-dir <folder>', 'where the admin\'s datasets go (default: "projects" in the state folder)')
    .option('--api-processes <number>', 'API processes behind the port', integer(1, MOST_PROCESSES), 1)
    .option('--workers <number>', 'worker processes', integer(1, MOST_PROCESSES), 1)
    .addOption(backendOption())
    .addOption(
      new Option('--queue <type>', 'what carries the queue (default: Redis where there is one, PostgreSQL otherwise)').choices([
        'redis',
        'postgres',
      ]),
    );
}

/** The parsed options, with absolute paths. */
export function readSystemOptions(command: Command): SystemOptions {
  const { adminProjectDir, ...options } = command.opts<ParsedOptions>();
  return {
    ...options,
    data: fromCallersFolder(options.data),
    adminProjectDir: adminProjectDir === undefined ? undefined : fromCallersFolder(adminProjectDir),
  };
}

/** npm runs its scripts in the folder of package.json, and says where it was called. */
function fromCallersFolder(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

/** Reads a whole number within bounds. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It has to be a whole number from ${min} to ${max}.`);
  };
}
