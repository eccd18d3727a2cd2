import type { DatabaseConfig } from '@fractal-server/config';
import type { DatabaseOptions } from './data-source.js';

/** How to reach PostgreSQL, as the environment names it. */
export function databaseOptionsOf(
  config: DatabaseConfig,
  process: Pick<DatabaseOptions, 'applicationName' | 'poolSize' | 'idleInTransactionSeconds'>,
): DatabaseOptions {
  return {
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.user ?? undefined,
    password: config.password?.reveal(),
    echo: config.echo,
    ...process,
  };
}
