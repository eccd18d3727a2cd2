import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { createDataSource, type DatabaseOptions } from './data-source.js';

/** Parameters of a statement, in the order of `$1`, `$2`, …; objects for `json` columns are encoded by the caller. */
export type SqlParameters = readonly unknown[];

/** Something that runs SQL: the database itself (one connection per statement) or an open transaction. */
export interface Queryable {
  /** Runs one statement and returns its rows. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: SqlParameters): Promise<Row[]>;
  /** Runs one statement and returns the number of rows that it inserted, updated or deleted. */
  execute(sql: string, parameters?: SqlParameters): Promise<number>;
  /**
   * Runs a statement that PostgreSQL parses and plans once per connection, and returns its rows. For what is hot or hard to plan.
   * @param name unique among all prepared statements of the process
   */
  prepared<Row = Record<string, unknown>>(name: string, sql: string, parameters: SqlParameters): Promise<Row[]>;
  /** TypeORM's entity manager of the same connection, for plain inserts, updates and look-ups by key. */
  readonly manager: EntityManager;
}

/** An open transaction. It ends with the function that received it. */
export interface Transaction extends Queryable {
  readonly inTransaction: true;
}

/** serialization_failure and deadlock_detected: PostgreSQL asks to repeat the transaction. */
const REPEATABLE_ERRORS = new Set(['40001', '40P01']);
const MAX_TRANSACTION_TRIES = 8;

/** The connection pool of one process. */
export class Database implements Queryable {
  private constructor(readonly dataSource: DataSource) {}

  /** Connects; fails when the server cannot be reached or refuses the credentials. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const dataSource = createDataSource(options);
    await dataSource.initialize();
    return new Database(dataSource);
  }

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** The pool of the `pg` driver below TypeORM. */
  private get pool(): pg.Pool {
    return (this.dataSource.driver as unknown as { master: pg.Pool }).master;
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: SqlParameters = []): Promise<Row[]> {
    const result = await this.pool.query(sql, [...parameters]);
    return result.rows as Row[];
  }

  async execute(sql: string, parameters: SqlParameters = []): Promise<number> {
    const result = await this.pool.query(sql, [...parameters]);
    return result.rowCount ?? 0;
  }

  async prepared<Row = Record<string, unknown>>(name: string, sql: string, parameters: SqlParameters): Promise<Row[]> {
    const result = await this.pool.query({ name, text: sql, values: [...parameters] });
    return result.rows as Row[];
  }

  /** A connection of its own, for LISTEN or COPY. The caller releases it. */
  async connection(): Promise<pg.PoolClient> {
    return this.pool.connect();
  }

  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws. A deadlock or a serialization failure repeats
   * it, so `work` must have no effect outside of the database.
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction((manager) => work(transactionOf(manager)));
      } catch (error) {
        const code = sqlState(error);
        if (code === undefined || !REPEATABLE_ERRORS.has(code) || attempt === MAX_TRANSACTION_TRIES) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}

function transactionOf(manager: EntityManager): Transaction {
  const client = async (): Promise<pg.PoolClient> => (await (manager.queryRunner as QueryRunner).connect()) as pg.PoolClient;
  return {
    inTransaction: true,
    manager,
    query: async <Row>(sql: string, parameters: SqlParameters = []) => (await (await client()).query(sql, [...parameters])).rows as Row[],
    prepared: async <Row>(name: string, sql: string, parameters: SqlParameters) =>
      (await (await client()).query({ name, text: sql, values: [...parameters] })).rows as Row[],
    execute: async (sql, parameters = []) => (await (await client()).query(sql, [...parameters])).rowCount ?? 0,
  };
}

/** The SQLSTATE of an error that came from PostgreSQL, directly or through TypeORM. (`EPERM` has the form of one, but no severity.) */
export function sqlState(error: unknown): string | undefined {
  const candidate = (error ?? {}) as ServerError & { readonly driverError?: ServerError };
  const { code, severity } = candidate.driverError ?? candidate;
  return typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

interface ServerError {
  readonly code?: unknown;
  readonly severity?: unknown;
}
