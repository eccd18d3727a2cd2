import type { DatabaseConfig, QueueConfig } from '@fractal-server/config';
import type { QueueBackendOptions } from './backend.js';

/** The server that carries the bells, as the environment names it: Redis when its address is known, PostgreSQL otherwise. */
export function queueOptionsOf({ queue, redisUrl }: QueueConfig, database: DatabaseConfig): QueueBackendOptions {
  if (queue !== 'postgres' && redisUrl !== null) return { type: 'redis', url: redisUrl };
  return {
    type: 'postgres',
    host: database.host,
    port: database.port,
    database: database.database,
    user: database.user ?? undefined,
    password: database.password?.reveal(),
  };
}
