import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a process ended: by `code` or by `signal`. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How a server is started. */
export interface ServerCommand {
  readonly argv: readonly string[];
  /** Both output streams are appended to this file. */
  readonly logFile: string;
  readonly cwd: string;
  /** Written to the standard input of the server. */
  readonly input?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const MAX_LOG_BYTES = 20 * 1024 * 1024;
const LOG_TAIL_CHARACTERS = 800;

/** A server that runs as a child process, in a session of its own: Ctrl-C in a terminal must reach us only, so that we stop it in order. */
export class ServerProcess {
  /** Resolves when the process has ended, however that came. */
  readonly ended: Promise<ProcessEnd>;
  private end: ProcessEnd | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
  ) {
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve((this.end = { code, signal })));
      child.once('error', () => resolve((this.end = { code: 127, signal: null })));
    });
  }

  /** Starts the process. A program that cannot be executed counts as one that ended with code 127. */
  static start(command: ServerCommand): ServerProcess {
    const [program, ...parameters] = command.argv;
    if (program === undefined) throw new Error('a command needs a program');
    keepLogSmall(command.logFile);
    const log = openSync(command.logFile, 'a', 0o600);
    try {
      const child = spawn(program, parameters, {
        cwd: command.cwd,
        detached: true,
        stdio: [command.input === undefined ? 'ignore' : 'pipe', log, log],
        ...(command.uid === undefined ? {} : { uid: command.uid }),
        ...(command.gid === undefined ? {} : { gid: command.gid }),
      });
      // A server that ends before it has read everything says why in its log.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(command.input);
      return new ServerProcess(child, command.logFile);
    } finally {
      closeSync(log);
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.end !== undefined;
  }

  /** The last lines that the server wrote, for error messages. */
  logTail(): string {
    return readFileSync(this.logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS).trim();
  }

  /** Sends `signal` and waits for the end; kills the process when that takes longer than `deadlineMs`. */
  async stop(signal: NodeJS.Signals, deadlineMs: number): Promise<ProcessEnd> {
    if (this.end !== undefined) return this.end;
    this.child.kill(signal);
    const deadline = new AbortController();
    const late = sleep(deadlineMs, 'late' as const, { signal: deadline.signal }).catch(() => 'in time' as const);
    if ((await Promise.race([this.ended, late])) === 'late') this.child.kill('SIGKILL');
    deadline.abort();
    return this.ended;
  }
}

function keepLogSmall(logFile: string): void {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) truncateSync(logFile);
}
