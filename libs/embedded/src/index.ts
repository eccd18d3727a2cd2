export { createDatabaseIfMissing } from './postgres/create-database.js';
export { startPostgres, type EmbeddedPostgres, type PostgresOptions, type PostgresStopMode } from './postgres/start-postgres.js';
export { findProgram } from './processes/find-program.js';
export { findFreePort, isPortFree } from './processes/free-port.js';
export { commandLineOf, isAlive, stopLeftover } from './processes/process-table.js';
export { ServerProcess, type ProcessEnd } from './processes/server-process.js';
export { findRedisServer, startRedis, type EmbeddedRedis, type RedisOptions } from './redis/start-redis.js';
export { StartError } from './start-error.js';
