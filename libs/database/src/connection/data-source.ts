import { parseJson, stringifyJson, type Json } from '@fractal-server/domain';
import pg from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import { entities } from '../entities.js';
import { migrations } from '../migrations/index.js';
import { parseTextArray, TEXT_ARRAY } from './text-array.js';

/** How to reach PostgreSQL. */
export interface DatabaseOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Connections that this process may hold. Default 10. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Logs every statement. */
  readonly echo?: boolean;
  /**
   * PostgreSQL ends a session that keeps a transaction open for so long without a word: a process that was stopped must not hold the locks
   * of its step. Default: never.
   */
  readonly idleInTransactionSeconds?: number;
}

/**
 * After so long without use a connection is closed. The driver's ten seconds are less than the time between two rounds of a worker: each would
 * open a connection, with a log-in that costs some ms of CPU on both sides and statements that have to be prepared anew.
 */
const IDLE_CONNECTION_MS = 5 * 60_000;

const { builtins } = pg.types;
const JSON_TYPES = new Set(['json', 'jsonb']);
const TIMESTAMP_TYPES = new Set(['timestamptz', 'timestamp with time zone']);

/**
 * Decoders of column types. JSON keeps the kinds of its numbers and the order of its keys; timestamps keep their microseconds and stay
 * text, in the form that the API shows.
 */
const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === builtins.JSON || oid === builtins.JSONB) return parseJson;
    if (oid === builtins.TIMESTAMPTZ) return isoTimestamp;
    if (oid === builtins.INT8) return Number;
    if (oid === TEXT_ARRAY) return parseTextArray;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** `2026-11-22 10:11:24.8381+00` → `2026-11-22T10:11:24.838100+00:00`; a fraction of zero is left out. */
export function isoTimestamp(text: string): string {
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?([+-]\d\d)(?::?(\d\d))?$/.exec(text);
  if (match === null) return text;
  const [, date, time, fraction, hours, minutes] = match;
  return `${date}T${time}${fraction === undefined ? '' : `.${fraction.padEnd(6, '0')}`}${hours}:${minutes ?? '00'}`;
}

/**
 * Settings of every session. Our statements are short: compiling one (`jit`) costs more than it saves. Tables are in memory or on solid
 * state, so looking rows up by an index is cheap, and a few thousand rows are sorted in memory.
 */
const SESSION_SETTINGS = '-c timezone=UTC -c jit=off -c random_page_cost=1.1 -c work_mem=16MB';

function sessionSettings({ idleInTransactionSeconds }: DatabaseOptions): string {
  if (idleInTransactionSeconds === undefined) return SESSION_SETTINGS;
  return `${SESSION_SETTINGS} -c idle_in_transaction_session_timeout=${idleInTransactionSeconds}s`;
}

/** TypeORM's data source with our JSON and timestamp representation. */
export function createDataSource(options: DatabaseOptions): DataSource {
  const dataSource = new DataSource({
    type: 'postgres',
    host: options.host,
    port: options.port,
    database: options.database,
    ...(options.user === undefined ? {} : { username: options.user }),
    ...(options.password === undefined ? {} : { password: options.password }),
    entities: entities as unknown as EntitySchema[],
    migrations,
    migrationsTransactionMode: 'all',
    synchronize: false,
    installExtensions: false,
    logging: options.echo === true ? ['query'] : false,
    applicationName: options.applicationName ?? 'fractal-server',
    extra: {
      max: options.poolSize ?? 10,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      types: typeParsers,
      options: sessionSettings(options),
      keepAlive: true,
    },
  });
  keepRepresentations(dataSource);
  return dataSource;
}

/** TypeORM would re-encode JSON with `JSON.stringify` and turn timestamps into `Date`s (milliseconds). */
function keepRepresentations(dataSource: DataSource): void {
  const driver = dataSource.driver;
  const hydrate = driver.prepareHydratedValue.bind(driver);
  const persist = driver.preparePersistentValue.bind(driver);
  driver.prepareHydratedValue = (value, column) =>
    column.transformer === undefined && isOurs(String(column.type)) ? value : hydrate(value, column);
  driver.preparePersistentValue = (value, column) => {
    if (value === null || value === undefined) return value;
    if (JSON_TYPES.has(String(column.type))) return stringifyJson(value as Json);
    if (TIMESTAMP_TYPES.has(String(column.type))) return value;
    return persist(value, column);
  };
}

function isOurs(columnType: string): boolean {
  return JSON_TYPES.has(columnType) || TIMESTAMP_TYPES.has(columnType);
}
