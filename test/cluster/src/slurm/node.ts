import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { Daemon } from '../processes/daemon.js';
import { listProcesses, signalProcess, withDescendants, type ProcessEntry } from '../processes/process-table.js';
import { runChecked } from '../processes/run.js';
import { listens } from '../processes/probe-port.js';
import { makeFolder } from '../make-folder.js';
import { waitFor } from '../processes/wait-for.js';

const READY_DEADLINE_MS = 60_000;
const END_DEADLINE_MS = 20_000;
const READY_STATES = /^(idle|mixed|allocated|draining|drained)$/;
const TAKES_JOBS = /^(idle|mixed|allocated)$/;

/** One node: a slurmd and the processes of its jobs. */
export class Node {
  private readonly daemon: Daemon;
  private readonly programs: string;

  constructor(
    readonly name: string,
    private readonly port: number,
    folder: string,
    slurmConf: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.programs = join(folder, 'programs', name);
    this.daemon = new Daemon(folder, {
      name: `slurmd-${name}`,
      argv: [join(this.programs, 'slurmd'), '-D', '-N', name, '-f', slurmConf, '-d', join(this.programs, 'slurmstepd')],
    });
  }

  /** Makes the files that a node needs before its first start. */
  static prepare(folder: string, name: string): void {
    makeFolder(join(folder, 'spool', name));
    borrowProgram(folder, 'slurmd', name);
    borrowProgram(folder, 'slurmstepd', name);
  }

  /** Starts slurmd, when it does not run, and waits until the controller takes the node as up. */
  async start(): Promise<void> {
    this.daemon.start();
    await this.daemon.waitUntilReady(async () => (await listens(this.port)) && READY_STATES.test(await this.state()), READY_DEADLINE_MS);
  }

  /** The machine burns: slurmd and all processes of jobs on this node end by SIGKILL, and nobody tells the controller. */
  async kill(): Promise<void> {
    const own = (): ProcessEntry[] => withDescendants(listProcesses(), ({ program }) => program.startsWith(`${this.programs}/`));
    await waitFor(
      `the end of all processes of ${this.name}`,
      () => {
        const left = own();
        for (const { pid } of left) signalProcess(pid, 'SIGKILL');
        return left.length === 0;
      },
      END_DEADLINE_MS,
    );
  }

  /** Only slurmd ends (an upgrade of SLURM); jobs run on. */
  async stopDaemon(): Promise<void> {
    await this.daemon.end('SIGTERM');
  }

  freeze(): void {
    this.daemon.freeze();
  }

  thaw(): void {
    this.daemon.thaw();
  }

  /** Takes no more jobs; running ones go on. */
  async drain(reason = 'test'): Promise<void> {
    await this.update('state=drain', `reason=${reason}`);
  }

  /** Takes jobs again, also after it was down. */
  async resume(): Promise<void> {
    if (!TAKES_JOBS.test(await this.state())) await this.update('state=resume');
  }

  /** The controller takes the node as dead at once: its jobs end as NODE_FAIL. (By itself it needs SlurmdTimeout, 300 s.) */
  async setDown(reason = 'test'): Promise<void> {
    await this.update('state=down', `reason=${reason}`);
  }

  /** In SLURM's words: `idle`, `mixed`, `down*`, `drained`, … */
  async state(): Promise<string> {
    return (await runChecked(['/usr/bin/sinfo', '--noheader', `--nodes=${this.name}`, '--format=%T'], { env: this.env })).trim();
  }

  /** Processes of jobs on this node: the step managers and everything below them. */
  jobProcesses(): ProcessEntry[] {
    return withDescendants(listProcesses(), ({ program }) => program === join(this.programs, 'slurmstepd'));
  }

  private async update(...words: string[]): Promise<void> {
    await runChecked(['/usr/bin/scontrol', 'update', `nodename=${this.name}`, ...words], { env: this.env });
  }
}
