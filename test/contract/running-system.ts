import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDefaultGroup, ensureFirstResource, ensureSuperuser, type Database } from '@fractal-server/database';
import { profileCreate, resourceCreate, toJson, type JsonInput, type Schema } from '@fractal-server/domain';
import { findFreePort } from '@fractal-server/embedded';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';

const API = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('../../apps/worker/dist/main.js', import.meta.url));
const STOP_DEADLINE_MS = 10_000;

export const ADMIN = { email: 'admin@fractal.xy', password: '1234' };

/** A freshly initialised system of real processes: the compiled API and a local worker on a database of their own. */
export class RunningSystem {
  private constructor(
    readonly url: string,
    /** Folder for files that the server must see. */
    readonly folder: string,
    private readonly test: TestDatabase,
    private readonly processes: readonly { readonly child: ChildProcess; readonly log: string }[],
  ) {}

  static async start(): Promise<RunningSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'fractal-system-'));
    const test = await createTestDatabase();
    await initialise(test.database, folder);
    const port = await findFreePort('127.0.0.1');
    const environment = environmentOf(test);
    const processes = [
      startProcess([API, '--port', String(port)], environment, join(folder, 'api.log')),
      startProcess([WORKER, '--backend', 'local'], environment, join(folder, 'worker.log')),
    ];
    const system = new RunningSystem(`http://127.0.0.1:${port}`, folder, test, processes);
    await system.waitUntilItAnswers();
    return system;
  }

  /** @throws {Error} when a process has ended by itself */
  checkProcesses(): void {
    for (const { child, log } of this.processes) {
      const { exitCode, signalCode } = child;
      if (exitCode === null && signalCode === null) continue;
      throw new Error(`the process of ${log} ended with ${exitCode ?? signalCode}:\n${this.logs()}`);
    }
  }

  /** What the processes wrote last. */
  logs(): string {
    return this.processes.map(({ log }) => `--- ${log}\n${readFileSync(log, 'utf8').slice(-8_000)}`).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map(({ child }) => stopProcess(child)));
    await this.test.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async waitUntilItAnswers(): Promise<void> {
    const [api] = this.processes;
    await waitFor(
      'the API to answer',
      async () => {
        if (api!.child.exitCode !== null) throw new Error(`the API ended with ${api!.child.exitCode}:\n${this.logs()}`);
        return fetch(`${this.url}/api/alive/`).then(
          (answer) => answer.ok,
          () => false,
        );
      },
      { deadlineMs: 30_000 },
    );
  }
}

/** The system as `init-db-data` leaves it, with jobs and tasks in the given folder. */
async function initialise(database: Database, folder: string): Promise<void> {
  await Promise.all(['jobs', 'tasks'].map((name) => mkdir(join(folder, name))));
  const python = interpreter();
  const resource = {
    type: 'local',
    name: 'Local resource',
    jobs_local_dir: join(folder, 'jobs'),
    tasks_local_dir: join(folder, 'tasks'),
    jobs_runner_config: {},
    jobs_poll_interval: 0,
    tasks_python_config: { default_version: python.version, versions: { [python.version]: python.path } },
    tasks_pixi_config: {},
  };
  await ensureDefaultGroup(database, 'All');
  await ensureSuperuser(database, { ...ADMIN, projectDir: join(folder, 'data') }, 'All');
  await ensureFirstResource(database, {
    resource: valid(resourceCreate, resource),
    profile: valid(profileCreate, { resource_type: 'local', name: 'Local profile' }),
  });
}

function valid<T>(schema: Schema<T>, value: JsonInput): T {
  const outcome = schema.validate(toJson(value), []);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  return outcome.value;
}

/** The Python that replays the scenarios: they refer to it as one of the server's interpreters. */
function interpreter(): { readonly version: string; readonly path: string } {
  const program = 'import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable)';
  const [version, path] = spawnSync('python3', ['-c', program], { encoding: 'utf8' }).stdout.split('\n');
  if (version === undefined || path === undefined) throw new Error('the scenarios need a python3 on the path');
  return { version, path };
}

function environmentOf({ options }: TestDatabase): NodeJS.ProcessEnv {
  return {
    ...process.env,
    POSTGRES_HOST: options.host,
    POSTGRES_PORT: String(options.port),
    POSTGRES_DB: options.database,
    POSTGRES_USER: options.user,
    POSTGRES_PASSWORD: options.password,
    JWT_SECRET_KEY: 'contract-test',
    JWT_EXPIRE_SECONDS: '3600',
    FRACTAL_DEFAULT_GROUP_NAME: 'All',
    FRACTAL_QUEUE: 'postgres',
    FRACTAL_LOGGING_LEVEL: '20',
  };
}

function startProcess(argv: readonly string[], environment: NodeJS.ProcessEnv, log: string): { child: ChildProcess; log: string } {
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [...argv], { env: environment, cwd: tmpdir(), stdio: ['ignore', output, output] });
  closeSync(output);
  return { child, log };
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(patience);
}
