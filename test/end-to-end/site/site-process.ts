import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

const STOP_DEADLINE_MS = 10_000;
const TAIL_CHARACTERS = 6_000;

/** One process of a site's server, with its log. */
export class SiteProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly logFile: string,
  ) {}

  static start(
    name: string,
    argv: readonly string[],
    { cwd, env, logFile }: { cwd: string; env: NodeJS.ProcessEnv; logFile: string },
  ): SiteProcess {
    const [program = '', ...parameters] = argv;
    const log = openSync(logFile, 'a');
    const child = spawn(program, parameters, { cwd, env, stdio: ['ignore', log, log] });
    closeSync(log);
    return new SiteProcess(name, child, logFile);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** The end of the log, with the name above it. */
  tail(): string {
    return `--- ${this.name}\n${this.log().slice(-TAIL_CHARACTERS)}`;
  }

  /** @throws Error when it has ended by itself */
  check(): void {
    const end = this.child.exitCode ?? this.child.signalCode;
    if (end !== null) throw new Error(`the process ended with ${end}:\n${this.tail()}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const patience = setTimeout(() => this.child.kill('SIGKILL'), STOP_DEADLINE_MS);
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
    clearTimeout(patience);
  }
}
