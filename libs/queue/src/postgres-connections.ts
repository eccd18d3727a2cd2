import { DEFAULT_SCHEMA, runMigrations, type PgPool, type PgPoolClient } from 'bullmq';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How to reach PostgreSQL. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** Before the next try while PostgreSQL is away. */
const RETRY_MS = 500;
/** Statements of all queues together; each is short. */
const MAX_CONNECTIONS = 3;

/**
 * The connections of one process, shared by all of its queues: a few for statements and one that listens. Given connections of their own,
 * as BullMQ does by itself, the queues of twenty resources would need all that a PostgreSQL server has.
 *
 * Looks like a `pg.Pool` to BullMQ, with two differences. Getting a client waits until PostgreSQL is there: a queue whose first look failed
 * would be broken for ever. A statement that fails does so after a pause: BullMQ repeats at once, and nothing else of the process would run.
 */
export class PostgresConnections extends EventEmitter implements PgPool {
  /** What BullMQ looks at: a connection that drops is noticed. */
  readonly options = { keepAlive: true };
  private readonly config: pg.ClientConfig;
  private readonly pool: pg.Pool;
  private readonly clients = new Set<SharedClient>();
  private readonly closed = new AbortController();
  private ready: Promise<void> | undefined;
  private listener: Promise<Listener> | undefined;

  constructor(address: PostgresAddress) {
    super();
    this.setMaxListeners(0);
    const search = `-c search_path="${DEFAULT_SCHEMA}"`;
    this.config = {
      ...definedOf(address),
      options: search,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'fractal-queue',
    };
    this.pool = new pg.Pool({ ...this.config, max: MAX_CONNECTIONS, idleTimeoutMillis: 60_000 });
    // A connection that was lost is replaced; each statement reports for itself.
    this.pool.on('error', () => undefined);
  }

  async query(text: string, parameters?: unknown[]): Promise<pg.QueryResult> {
    await this.migrated();
    try {
      return await this.pool.query(text, parameters);
    } catch (error) {
      await this.pause();
      throw error;
    }
  }

  /** A client that shares its connection with all others. */
  async connect(): Promise<PgPoolClient> {
    await this.migrated();
    const client = new SharedClient(this);
    this.clients.add(client);
    return client;
  }

  /** Listens on behalf of one of the clients; all of them listen to the same channel, so once is enough. */
  async listen(statement: string): Promise<pg.QueryResult> {
    return (await (this.listener ??= this.openListener(statement))).listening;
  }

  forget(client: SharedClient): void {
    this.clients.delete(client);
  }

  /** What BullMQ would call if the connections were its own. They are closed by `close`. */
  async end(): Promise<void> {}

  async close(): Promise<void> {
    if (this.closed.signal.aborted) return;
    this.closed.abort();
    const listener = await this.listener?.catch(() => undefined);
    await Promise.allSettled([this.pool.end(), listener?.connection.end()]);
  }

  /** The schema is there, once PostgreSQL is. */
  private migrated(): Promise<void> {
    return (this.ready ??= this.migrate());
  }

  private async migrate(): Promise<void> {
    while (!this.closed.signal.aborted) {
      try {
        const client = await this.pool.connect();
        try {
          await runMigrations(client as PgPoolClient, DEFAULT_SCHEMA);
          return;
        } finally {
          client.release();
        }
      } catch (error) {
        this.emitTrouble(error as Error);
        await this.pause();
      }
    }
  }

  private async openListener(statement: string): Promise<Listener> {
    const connection = new pg.Client(this.config);
    let isLost = false;
    const lose = (error: Error): void => {
      if (isLost) return;
      isLost = true;
      this.listener = undefined;
      // Each queue listens anew when it hears of that.
      this.tell('error', error);
    };
    connection.on('error', lose);
    connection.on('end', () => lose(new Error('the listening connection ended')));
    connection.on('notification', (message) => this.tell('notification', message));
    try {
      await connection.connect();
      return { connection, listening: await connection.query(statement) };
    } catch (error) {
      lose(error as Error);
      await connection.end().catch(() => undefined);
      await this.pause();
      throw error;
    }
  }

  /** An `error` that nobody listens to would end the process. */
  private tell(event: 'error' | 'notification', what: unknown): void {
    for (const client of [...this.clients]) if (client.listenerCount(event) > 0) client.emit(event, what);
  }

  private emitTrouble(error: Error): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }

  private async pause(): Promise<void> {
    await sleep(RETRY_MS, undefined, { signal: this.closed.signal, ref: false }).catch(() => undefined);
  }
}

/** The connection that listens, and what its statement answered. */
interface Listener {
  readonly connection: pg.Client;
  readonly listening: pg.QueryResult;
}

/** A client as BullMQ takes it from a pool: statements go to the pool, `LISTEN` to the one connection that listens. */
class SharedClient extends EventEmitter implements PgPoolClient {
  constructor(private readonly connections: PostgresConnections) {
    super();
    this.setMaxListeners(0);
  }

  async query(text: string, parameters?: unknown[]): Promise<pg.QueryResult> {
    // Comments stand before the statement.
    return /^\s*LISTEN\b/im.test(text) ? this.connections.listen(text) : this.connections.query(text, parameters);
  }

  release(): void {
    this.connections.forget(this);
    this.removeAllListeners();
  }
}

function definedOf({ host, port, database, user, password }: PostgresAddress): pg.ClientConfig {
  return { host, port, database, ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) };
}
