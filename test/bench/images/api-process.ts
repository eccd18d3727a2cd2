import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database, ensureDefaultGroup, ensureFirstResource, ensureSuperuser, migrate } from '@fractal-server/database';
import { profileCreate, resourceCreate, toJson, type JsonInput, type Schema } from '@fractal-server/domain';
import { createDatabaseIfMissing, findFreePort, startPostgres, type EmbeddedPostgres } from '@fractal-server/embedded';

const API = fileURLToPath(new URL('../../../apps/api/dist/main.js', import.meta.url));
const ADMIN = { email: 'admin@fractal.xy', password: '1234', projectDir: '/data' };
const DATABASE = 'bench';

/** The compiled API as one process on a PostgreSQL that writes through to the disk, with one user who is logged in. */
export class ApiProcess {
  private token = '';

  private constructor(
    private readonly folder: string,
    private readonly postgres: EmbeddedPostgres,
    /** A connection of the measurement itself, for what the floor costs. */
    readonly database: Database,
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(): Promise<ApiProcess> {
    if (!existsSync(API)) throw new Error('the API is not compiled: npm run build');
    const folder = await mkdtemp(join(tmpdir(), 'fractal-bench-'));
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: true });
    const { host, port, user, password } = postgres;
    const server = { host, port, user, password };
    await createDatabaseIfMissing(postgres, DATABASE);
    const database = await Database.connect({ ...server, database: DATABASE, poolSize: 4, applicationName: 'benchmark' });
    await migrate(database);
    await ensureDefaultGroup(database, 'All');
    await ensureSuperuser(database, ADMIN, 'All');
    await ensureFirstResource(database, { resource: valid(resourceCreate, RESOURCE), profile: valid(profileCreate, PROFILE) });
    const apiPort = await findFreePort('127.0.0.1');
    const child = spawn(process.execPath, [API, '--port', String(apiPort)], {
      env: { ...process.env, ...environmentOf(server) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const api = new ApiProcess(folder, postgres, database, child, `http://127.0.0.1:${apiPort}`);
    await api.logIn();
    return api;
  }

  /** Sends a request and reads its answer. @throws Error for any other status than 2xx */
  async request(method: string, path: string, body?: string): Promise<string> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return text;
  }

  /** Resident memory of the API in MB: now, and the most since it was started. */
  memory(): { readonly now: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const megabytes = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
    return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
  }

  /** CPU time that the API and PostgreSQL have used so far, in milliseconds; other work on the machine does not count. */
  cpu(): number {
    const postmaster = readFileSync(join(this.folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n', 1)[0];
    const processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(statOf);
    return processes.reduce((sum, stat) => {
      if (stat === undefined) return sum;
      if (stat.pid === String(this.child.pid) || stat.parent === postmaster) return sum + stat.own;
      // Its connections that have ended are counted with the postmaster itself.
      return stat.pid === postmaster ? sum + stat.own + stat.ofEndedChildren : sum;
    }, 0);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null) await once(this.child, 'exit');
    await this.database.close();
    await this.postgres.stop('immediate');
    await rm(this.folder, { recursive: true, force: true });
  }

  private async logIn(): Promise<void> {
    const form = new URLSearchParams({ username: ADMIN.email, password: ADMIN.password });
    for (const deadline = Date.now() + 30_000; ;) {
      const answer = await fetch(`${this.url}/auth/token/login/`, { method: 'POST', body: form }).catch(() => undefined);
      if (answer?.ok === true) {
        this.token = ((await answer.json()) as { access_token: string }).access_token;
        return;
      }
      if (Date.now() > deadline) throw new Error('the API does not answer');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Linux counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

interface ProcessTimes {
  readonly pid: string;
  readonly parent: string | undefined;
  /** In milliseconds, as the next. */
  readonly own: number;
  readonly ofEndedChildren: number;
}

/** Undefined for a process that has ended meanwhile. */
function statOf(pid: string): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const time = (first: number): number => (Number(fields[first]) + Number(fields[first + 1])) * MS_PER_TICK;
    return { pid, parent: fields[1], own: time(11), ofEndedChildren: time(13) };
  } catch {
    return undefined;
  }
}

const RESOURCE = {
  type: 'local',
  name: 'Local resource',
  jobs_local_dir: '/tmp/jobs',
  tasks_local_dir: '/tmp/tasks',
  jobs_runner_config: {},
  jobs_poll_interval: 0,
  tasks_python_config: { default_version: '3.11', versions: { '3.11': '/usr/bin/python3' } },
  tasks_pixi_config: {},
};
const PROFILE = { resource_type: 'local', name: 'Local profile' };

function valid<T>(schema: Schema<T>, value: JsonInput): T {
  const outcome = schema.validate(toJson(value), []);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  return outcome.value;
}

function environmentOf({ host, port, user, password }: Pick<EmbeddedPostgres, 'host' | 'port' | 'user' | 'password'>) {
  return {
    POSTGRES_HOST: host,
    POSTGRES_PORT: String(port),
    POSTGRES_DB: DATABASE,
    POSTGRES_USER: user,
    POSTGRES_PASSWORD: password,
    JWT_SECRET_KEY: 'benchmark',
    JWT_EXPIRE_SECONDS: '3600',
    FRACTAL_DEFAULT_GROUP_NAME: 'All',
    FRACTAL_QUEUE: 'postgres',
  };
}
