import { databaseSection, loadConfig, type EnvironmentText } from '@fractal-server/config';
import { Database, databaseOptionsOf, type DatabaseOptions } from '@fractal-server/database';
import { createDatabaseIfMissing, StartError } from '@fractal-server/embedded';
import { PostgresService } from '../services/postgres.service.js';
import type { StateFolder } from '../state/state-folder.js';
import type { Supervisor } from '../supervisor/supervisor.js';

const EMBEDDED_DATABASE = 'fractal';

/** Whether `POSTGRES_*` points at a server of somebody's. */
function namesOwnServer(environment: EnvironmentText): boolean {
  return ['POSTGRES_HOST', 'POSTGRES_PORT', 'POSTGRES_DB'].some((name) => (environment[name] ?? '') !== '');
}

/** How to reach PostgreSQL: the server that `POSTGRES_*` names, or one of ours, started here. */
export async function provideDatabase(environment: EnvironmentText, state: StateFolder, supervisor: Supervisor): Promise<DatabaseOptions> {
  if (namesOwnServer(environment)) return ownServer(environment);
  const service = new PostgresService(state.postgres);
  await supervisor.start(service);
  await createDatabaseIfMissing(service.access, EMBEDDED_DATABASE);
  const { host, port, user, password } = service.access;
  return { host, port, user, password, database: EMBEDDED_DATABASE };
}

/** The server that `POSTGRES_*` names, as `set-db` uses it. */
export function ownServer(environment: EnvironmentText): DatabaseOptions {
  return databaseOptionsOf(loadConfig({ database: databaseSection }, environment).database, { applicationName: 'fractalctl' });
}

/** The variables that name the server to a child process. */
export function databaseVariables({ host, port, database, user, password }: DatabaseOptions): Record<string, string> {
  return {
    POSTGRES_HOST: host,
    POSTGRES_PORT: String(port),
    POSTGRES_DB: database,
    ...(user === undefined ? {} : { POSTGRES_USER: user }),
    ...(password === undefined ? {} : { POSTGRES_PASSWORD: password }),
  };
}

/** Runs `work` with one connection. */
export async function withDatabase<T>(options: DatabaseOptions, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await connect(options);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function connect(options: DatabaseOptions): Promise<Database> {
  try {
    return await Database.connect({ ...options, poolSize: 2 });
  } catch (cause) {
    throw new StartError(
      'reach the database',
      `PostgreSQL at ${options.host}:${options.port} refused a session on database "${options.database}" (${(cause as Error).message}).`,
      'Check POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB; the database has to exist.',
      { cause },
    );
  }
}
