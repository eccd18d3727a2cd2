import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BenchClient } from './bench-client.js';

const FRACTALCTL = fileURLToPath(new URL('../../../apps/fractalctl/dist/main.js', import.meta.url));
const EMAIL = 'admin@example.org';
const PASSWORD = 'bench-1234';
/** Clock ticks per second in /proc; Linux shows 100 to everybody. */
const TICKS_PER_SECOND = 100;

/** The whole product as `npm start` runs it, on a state folder of its own; jobs run in memory, because the floor's files are there as well. */
export class BenchSystem {
  private constructor(
    private readonly supervisor: ChildProcess,
    private readonly url: string,
    private readonly data: string,
    /** Folder in memory for job folders, tasks and the floor's files. */
    readonly folder: string,
  ) {
    this.admin = this.clientOf(EMAIL, PASSWORD);
  }

  private readonly admin: BenchClient;

  /**
   * Starts it.
   * @param backends types of resources that its worker serves
   * @param environment on top of the caller's
   * @param more options of `fractalctl up`
   */
  static async start(
    backends: readonly string[] = ['local'],
    environment: Readonly<Record<string, string>> = {},
    more: readonly string[] = [],
  ): Promise<BenchSystem> {
    const data = await mkdtemp(join(tmpdir(), 'fractal-bench-'));
    const folder = await mkdtemp('/dev/shm/fractal-bench-');
    const options = ['--data', data, '--port', '0', '--admin-email', EMAIL, '--admin-password', PASSWORD, '--admin-project-dir', folder];
    const supervisor = spawn(process.execPath, [FRACTALCTL, 'up', '--backend', ...backends, ...options, ...more], {
      ...{ stdio: ['ignore', 'pipe', 'inherit'], cwd: data },
      env: { ...process.env, ...environment },
    });
    const url = await readyUrl(supervisor);
    const system = new BenchSystem(supervisor, url, data, folder);
    if (backends.includes('local')) await system.limitResource();
    return system;
  }

  /** Lines that the worker has logged. */
  workerLog(): string[] {
    return readFileSync(join(this.data, 'logs', 'worker-1.log'), 'utf8').split('\n');
  }

  /** Sends one request as the admin; throws when the answer is no success. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.admin.request<T>(method, path, body);
  }

  /** Sends requests as somebody else. */
  clientOf(email: string, password: string): BenchClient {
    return new BenchClient(this.url, email, password);
  }

  /** Seconds of CPU that our processes, the database and the queue have used so far; task processes and unit runners do not count. */
  cpuSeconds(): number {
    return this.serverProcesses().reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  }

  /** Resident MiB of the largest API and worker process. */
  residentMiB(): { readonly api: number; readonly worker: number } {
    const largest = (part: string): number =>
      Math.max(
        0,
        ...this.serverProcesses()
          .filter(({ command }) => command.includes(part))
          .map(({ residentMiB }) => residentMiB),
      );
    return { api: largest('/apps/api/'), worker: largest('/apps/worker/') };
  }

  async stop(): Promise<void> {
    this.supervisor.kill('SIGTERM');
    await once(this.supervisor, 'exit');
    await rm(this.data, { recursive: true, force: true });
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Four units at a time over all jobs, as the floor's `xargs -P4`. */
  private async limitResource(): Promise<void> {
    const jobs = join(this.folder, 'jobs');
    await mkdir(jobs);
    const resource = await this.request<object>('GET', '/admin/v2/resource/1/');
    await this.request('PUT', '/admin/v2/resource/1/', { ...resource, jobs_local_dir: jobs, settings: { local_slots: 4 } });
  }

  private serverProcesses(): ServerProcess[] {
    const all = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readProcess(Number(pid)))
      .filter((process) => process !== undefined);
    const mine = new Set([this.supervisor.pid]);
    for (let grown = true; grown;) {
      const before = mine.size;
      for (const { pid, parent, command } of all) if (mine.has(parent) && !command.includes('unit_runner.py')) mine.add(pid);
      grown = mine.size > before;
    }
    return all.filter(({ pid }) => mine.has(pid));
  }
}

interface ServerProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly cpuSeconds: number;
  readonly residentMiB: number;
}

function readProcess(pid: number): ServerProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return {
      pid,
      parent: fields[1]!,
      command,
      cpuSeconds: (fields[11]! + fields[12]! + (isPostmaster(command) ? fields[13]! + fields[14]! : 0)) / TICKS_PER_SECOND,
      residentMiB: (fields[21]! * 4096) / 2 ** 20,
    };
  } catch {
    return undefined; // it ended meanwhile
  }
}

/** What PostgreSQL's sessions and autovacuum used before they ended is counted with their parent; all other children run for as long as we do. */
function isPostmaster(command: string): boolean {
  return command.includes('/bin/postgres ');
}

async function readyUrl(supervisor: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: supervisor.stdout! })) {
    const found = /ready (http:\/\/\S+)/.exec(line);
    if (found !== null) {
      supervisor.stdout!.resume();
      return found[1]!.replace(/\/$/, '');
    }
  }
  throw new Error('the system ended before it was ready');
}
