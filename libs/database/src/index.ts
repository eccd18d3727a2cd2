export { Database, sqlState, type Queryable, type SqlParameters, type Transaction } from './connection/database.js';
export { isoTimestamp, type DatabaseOptions } from './connection/data-source.js';
export * from './images/index.js';
export * from './tasks/index.js';
export * from './task-groups/index.js';
export * from './workflows/index.js';
export * from './activities/index.js';
