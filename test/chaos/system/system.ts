import { Database, ensureDefaultGroup, ensureSuperuser, migrate } from '@fractal-server/database';
import { createDatabaseIfMissing, findFreePort } from '@fractal-server/embedded';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChaosCluster } from '../cluster/chaos-cluster.js';
import { UNIT_SCRIPT } from '../tasks/workflow.js';
import { AppProcess, type AppOptions } from './app-process.js';
import { Client, type WrongAnswer } from './client.js';
import { KillablePostgres } from './killable-postgres.js';
import { KillableRedis } from './killable-redis.js';
import { Record } from './record.js';
import { watchStatuses } from './status-watch.js';
import { waitUntil } from './wait-until.js';

const API = fileURLToPath(new URL('../../../apps/api/dist/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('../../../apps/worker/dist/main.js', import.meta.url));

const ADMIN = { email: 'admin@example.org', password: 'secret-1234' };
const DATABASE = 'chaos';

interface Access {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** What a system is made of. */
export interface SystemOptions {
  readonly queue: 'redis' | 'postgres';
  readonly apiProcesses?: number;
  /** Where units may run beside this machine; it outlives the system. */
  readonly cluster?: ChaosCluster;
  readonly print: (line: string) => void;
}

/** How a worker is started. */
export interface WorkerOptions {
  readonly name: string;
  /** As on its command line. */
  readonly args: readonly string[];
  readonly isContainer: boolean;
}

/**
 * A whole system of real processes that is going to be hurt: PostgreSQL with `fsync` on, Redis or the PostgreSQL queue, API processes, and
 * workers, which {@link startWorker} adds.
 */
export class ChaosSystem {
  readonly wrongAnswers: WrongAnswer[] = [];
  readonly admin: Client;
  readonly workers: AppProcess[] = [];
  readonly apis: AppProcess[];
  private readonly addresses: readonly string[];

  private constructor(
    readonly folder: string,
    readonly record: Record,
    readonly postgres: KillablePostgres,
    readonly redis: KillableRedis | undefined,
    private readonly database: Database,
    ports: readonly number[],
    readonly cluster: ChaosCluster | undefined,
  ) {
    this.addresses = ports.map((port) => `http://127.0.0.1:${port}`);
    this.apis = ports.map((port, index) => this.startApp({ name: `api${index}`, argv: [API, '--port', String(port)], isContainer: false }));
    this.admin = this.clientOf(ADMIN);
  }

  static async start({ queue, apiProcesses = 2, print, cluster }: SystemOptions): Promise<ChaosSystem> {
    // Not in memory: the files of a killed PostgreSQL are what has to survive.
    const folder = mkdtempSync(join(tmpdir(), 'fractal-chaos-'));
    for (const name of ['jobs', 'tasks', 'logs', 'script']) mkdirSync(join(folder, name));
    copyFileSync(UNIT_SCRIPT, join(folder, 'script', 'unit.sh'));
    // Users of a cluster come through here, run the script, and write into the journal.
    for (const name of ['', 'jobs', 'script', 'script/unit.sh']) chmodSync(join(folder, name), 0o755);
    writeFileSync(join(folder, 'script', 'journal'), '');
    chmodSync(join(folder, 'script', 'journal'), 0o666);
    const postgres = await KillablePostgres.start(join(folder, 'postgres'));
    await createDatabaseIfMissing(postgres.embedded, DATABASE);
    const database = await Database.connect({ ...accessTo(postgres), database: DATABASE, poolSize: 4, applicationName: 'chaos' });
    await initialise(database, folder);
    const redis = queue === 'redis' ? await KillableRedis.start(join(folder, 'redis')) : undefined;
    const ports: number[] = [];
    for (let index = 0; index < apiProcesses; index += 1) ports.push(await findFreePort());
    return new ChaosSystem(folder, new Record(print), postgres, redis, database, ports, cluster);
  }

  /** The script of all tasks; the journal lies beside it. */
  get script(): string {
    return join(this.folder, 'script', 'unit.sh');
  }

  /** A client with the rights of a user. */
  clientOf(credentials: { readonly email: string; readonly password: string }): Client {
    return new Client(this.addresses, credentials, this.wrongAnswers);
  }

  /** Adds a worker. */
  startWorker({ name, args, isContainer }: WorkerOptions, failPoint?: string): AppProcess {
    const worker = this.startApp({ name, argv: [WORKER, ...args], isContainer }, failPoint);
    this.workers.push(worker);
    return worker;
  }

  /** Ends a worker for good. */
  async dismiss(worker: AppProcess): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await worker.stop();
  }

  /** A look into the database. Fails while it is away, and the first times after that. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.database.query<Row>(sql, parameters);
  }

  /** Waits until workers of all these places have shown themselves. */
  async waitForPlaces(names: readonly string[]): Promise<void> {
    await waitUntil(60_000, async () => {
      const seen = await this.query<{ name: string }>('select name from place where name = any($1)', [names]);
      return seen.length === names.length;
    });
  }

  /** Ends all processes of the system. @param keep leaves its files for a post-mortem */
  async stop({ keep = false } = {}): Promise<void> {
    await Promise.all([...this.apis, ...this.workers].map((app) => app.stop()));
    await this.database.close();
    await this.redis?.stop();
    await this.postgres.stop();
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  private startApp(app: Pick<AppOptions, 'name' | 'argv' | 'isContainer'>, failPoint?: string): AppProcess {
    const { host, port, user, password } = accessTo(this.postgres);
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      POSTGRES_HOST: host,
      POSTGRES_PORT: String(port),
      POSTGRES_DB: DATABASE,
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password,
      JWT_SECRET_KEY: 'chaos',
      JWT_EXPIRE_SECONDS: '86400',
      FRACTAL_DEFAULT_GROUP_NAME: 'All',
      FRACTAL_LOGGING_LEVEL: '20',
      ...this.cluster?.environment,
      ...(this.redis === undefined ? { FRACTAL_QUEUE: 'postgres' } : { REDIS_URL: this.redis.url }),
    };
    const logFile = join(this.folder, 'logs', `${app.name}.log`);
    const onFailPoint = (point: string): void => this.record.kill(`${app.name} at ${point}`);
    return AppProcess.start({ ...app, environment, logFile, onFailPoint }, failPoint);
  }
}

async function initialise(database: Database, folder: string): Promise<void> {
  await migrate(database);
  await ensureDefaultGroup(database, 'All');
  await ensureSuperuser(database, { ...ADMIN, projectDir: join(folder, 'data') }, 'All');
  await watchStatuses(database);
}

function accessTo({ embedded: { host, port, user, password } }: KillablePostgres): Access {
  return { host, port, user, password };
}
