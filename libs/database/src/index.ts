export { Database, sqlState, type Queryable, type SqlParameters, type Transaction } from './connection/database.js';
export { isoTimestamp, type DatabaseOptions } from './connection/data-source.js';
