import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { findProgram } from '@fractal-server/embedded';

/** What an API or worker process is started with. */
export interface AppOptions {
  /** In the record and as the name of the log file. */
  readonly name: string;
  /** Compiled entry file and its arguments. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** In a process namespace of its own: whatever it starts dies with it. */
  readonly isContainer: boolean;
  /** Called when a process died at its fail point. */
  readonly onFailPoint: (name: string) => void;
}

/** The signal to the leader of the namespace ends everything in it. */
const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--'];

/** Waits between the end of a process and its next start, so that a start that fails does not spin. */
const RESTART_MS = 300;
const STOP_DEADLINE_MS = 20_000;

/**
 * An API or a worker as a process of its own, started again whenever it dies, as a supervisor does. A fail point is armed for one life
 * only: the next process goes on without it.
 */
export class AppProcess {
  private child: ChildProcess | undefined;
  private isWanted = true;
  private isHeld = false;
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly options: AppOptions) {}

  /** @param failPoint value of FRACTAL_FAIL_POINT for the first life */
  static start(options: AppOptions, failPoint?: string): AppProcess {
    const app = new AppProcess(options);
    app.launch(failPoint);
    return app;
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Whether a process lives at this moment (a stopped one does). */
  get isAlive(): boolean {
    return this.child !== undefined;
  }

  /** Whether the process was stopped, for example at its fail point. */
  get isStopped(): boolean {
    if (this.pid === undefined) return false;
    try {
      return / T /.test(readFileSync(`/proc/${this.pid}/stat`, 'utf8').slice(0, 200));
    } catch {
      return false;
    }
  }

  /** @returns whether there was a process to send it to */
  signal(signal: NodeJS.Signals): boolean {
    return this.child?.kill(signal) ?? false;
  }

  /** Kills it; it stays dead until {@link resume}. */
  async hold(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.isHeld = true;
    clearTimeout(this.timer);
    await this.end(signal);
  }

  resume(failPoint?: string): void {
    this.isHeld = false;
    clearTimeout(this.timer);
    if (this.child === undefined) this.launch(failPoint);
  }

  /** Kills it and starts it at once with an armed fail point. */
  async rearm(failPoint: string): Promise<void> {
    await this.hold();
    this.resume(failPoint);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.isWanted = false;
    clearTimeout(this.timer);
    this.signal('SIGCONT');
    await this.end('SIGTERM');
  }

  private launch(failPoint: string | undefined): void {
    const { argv, environment, logFile, isContainer } = this.options;
    const output = openSync(logFile, 'a');
    const [program = '', ...parameters] = endingWithUs([...(isContainer ? NAMESPACE : []), process.execPath, ...argv]);
    const child = spawn(program, parameters, {
      cwd: '/',
      env: { ...environment, ...(failPoint === undefined ? {} : { FRACTAL_FAIL_POINT: failPoint }) },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    this.child = child;
    child.once('exit', (_code, signal) => {
      if (this.child === child) this.child = undefined;
      if (failPoint !== undefined && signal === 'SIGKILL' && this.isWanted && !this.isHeld) this.options.onFailPoint(failPoint);
      if (this.isWanted && !this.isHeld) this.timer = setTimeout(() => this.launch(undefined), RESTART_MS);
    });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    child.kill(signal);
    await ended;
    clearTimeout(patience);
  }
}

/** Nothing of a suite that was killed itself may stay. */
function endingWithUs(command: readonly string[]): readonly string[] {
  const setpriv = findProgram('setpriv');
  return setpriv === undefined ? command : [setpriv, '--pdeathsig', 'KILL', '--', ...command];
}
