import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProcess, signalProcess } from './process-table.js';
import { waitFor } from './wait-for.js';

/** What a daemon is and how it is started (in the foreground; we send it to the background). */
export interface DaemonCommand {
  /** Its name among the daemons of the cluster: its pid and log files are called so. */
  readonly name: string;
  /** The program is an absolute path below the folder of the cluster: that tells our processes from those of others. */
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** Variables beside PATH; a daemon gets nothing of the environment of a test. */
  readonly env?: Readonly<Record<string, string>>;
}

const END_DEADLINE_MS = 20_000;
const LOG_TAIL_CHARACTERS = 2_000;

/**
 * A daemon of a cluster. Known by its pid file, not as a child process: whoever attached itself to the cluster can kill and start it, and it
 * outlives them; what ends it for sure is the reaper.
 */
export class Daemon {
  readonly logFile: string;
  private readonly pidFile: string;

  constructor(
    private readonly folder: string,
    private readonly command: DaemonCommand,
  ) {
    for (const name of ['pids', 'log']) mkdirSync(join(folder, name), { recursive: true });
    this.pidFile = join(folder, 'pids', command.name);
    this.logFile = join(folder, 'log', `${command.name}.log`);
  }

  /** Starts the process; does nothing when it runs. Whether it is ready is another question. */
  start(): void {
    if (this.isRunning()) return;
    const [program = '', ...parameters] = this.command.argv;
    const log = openSync(this.logFile, 'a', 0o600);
    try {
      const child = spawn(program, parameters, {
        cwd: this.command.cwd ?? this.folder,
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', ...this.command.env },
        detached: true,
        stdio: ['ignore', log, log],
      });
      child.on('error', () => undefined); // a program that cannot be run is one that never gets ready
      writeFileSync(this.pidFile, `${child.pid ?? 0}\n`);
      child.unref();
    } finally {
      closeSync(log);
    }
  }

  isRunning(): boolean {
    return this.pid() !== undefined;
  }

  /** Its process id, unless it has ended. */
  pid(): number | undefined {
    try {
      const pid = Number(readFileSync(this.pidFile, 'utf8'));
      return readProcess(pid)?.program === this.command.argv[0] ? pid : undefined;
    } catch {
      return undefined; // never started
    }
  }

  /** Sends a signal, if it runs. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.pid();
    if (pid !== undefined) signalProcess(pid, signal);
  }

  /** SIGSTOP: it keeps its connections and answers nobody. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  /** Ends it with a signal and waits until it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.signal(signal);
    if (signal === 'SIGTERM') this.thaw();
    await waitFor(`the end of ${this.command.name}`, () => !this.isRunning(), END_DEADLINE_MS);
  }

  /**
   * Waits until `isReady`.
   * @throws Error with the end of its log when it ends, or is not ready in time
   */
  async waitUntilReady(isReady: () => boolean | Promise<boolean>, deadlineMs: number): Promise<void> {
    const ready = await waitFor('', async () => (await isReady()) || (!this.isRunning() && ('ended' as const)), deadlineMs).catch(
      () => 'late' as const,
    );
    if (ready !== true) throw new Error(`${this.command.name} did not get ready (${ready}). The end of its log:\n${this.logTail()}`);
  }

  private logTail(): string {
    return readFileSync(this.logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS).trim();
  }
}
