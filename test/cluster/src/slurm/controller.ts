import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { Daemon } from '../processes/daemon.js';
import { run } from '../processes/run.js';

const READY_DEADLINE_MS = 60_000;

/** slurmctld of a cluster, to be disturbed. */
export class Controller {
  private readonly daemon: Daemon;

  constructor(
    folder: string,
    slurmConf: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.daemon = new Daemon(folder, { name: 'slurmctld', argv: [join(folder, 'programs', 'slurmctld'), '-D', '-f', slurmConf] });
  }

  /** Makes the files that it needs before its first start. */
  static prepare(folder: string): void {
    borrowProgram(folder, 'slurmctld');
  }

  /** Starts it, when it does not run, and waits until it answers. What it has forgotten stays forgotten. */
  async start(): Promise<void> {
    this.daemon.start();
    await this.daemon.waitUntilReady(() => this.answers(), READY_DEADLINE_MS);
  }

  /** SIGKILL: what it had not written to its state folder yet is lost. */
  async kill(): Promise<void> {
    await this.daemon.end('SIGKILL');
  }

  /** SIGTERM: writes its state and ends. */
  async stop(): Promise<void> {
    await this.daemon.end('SIGTERM');
  }

  /** SIGSTOP: connections are accepted by the kernel, and nobody answers. Undone by `thaw` (the end of the cluster works all the same). */
  freeze(): void {
    this.daemon.freeze();
  }

  thaw(): void {
    this.daemon.thaw();
  }

  isRunning(): boolean {
    return this.daemon.isRunning();
  }

  private async answers(): Promise<boolean> {
    const { stdout } = await run(['/usr/bin/scontrol', 'ping'], { env: this.env });
    return / is UP/.test(stdout);
  }
}
