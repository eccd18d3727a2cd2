import type { Daemon } from './daemon.js';

const READY_DEADLINE_MS = 60_000;

/** A daemon of a cluster that answers questions, to be disturbed. */
export abstract class AnsweringDaemon {
  protected constructor(private readonly daemon: Daemon) {}

  /** Starts it, when it does not run, and waits until it answers. What it has forgotten stays forgotten. */
  async start(): Promise<void> {
    this.daemon.start();
    await this.daemon.waitUntilReady(() => this.answers(), READY_DEADLINE_MS);
  }

  /** SIGKILL: what it had not written down yet is lost. */
  async kill(): Promise<void> {
    await this.daemon.end('SIGKILL');
  }

  /** SIGTERM: it writes down its state and ends. */
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

  protected abstract answers(): Promise<boolean>;
}
