import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from './back-off.js';
import { describeEnd, type RunningService, type Service } from './service.js';

/** Tells a person what happens to the processes. */
export type Report = (line: string) => void;

/** Waits that many milliseconds, or less when the signal says so. */
export type Pause = (delayMs: number, signal: AbortSignal) => Promise<void>;

const pauseFor: Pause = (delayMs, signal) => sleep(delayMs, undefined, { signal }).catch(() => undefined);

/** A service that is started again, with growing pauses, whenever its process ends without having been asked to. */
export class KeptService {
  private readonly stopping = new AbortController();
  private readonly backOff = new BackOff();
  private readonly watching: Promise<void>;

  private constructor(
    private readonly service: Service,
    private readonly report: Report,
    private readonly pause: Pause,
    private running: RunningService | undefined,
  ) {
    this.watching = this.watch();
  }

  /** The first start has to succeed: its error is the caller's. */
  static async start(service: Service, report: Report, pause = pauseFor): Promise<KeptService> {
    return new KeptService(service, report, pause, await service.start());
  }

  /** Stops the process and does not start it again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.stop();
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const started = Date.now();
      const end = await this.running?.ended;
      if (this.stopping.signal.aborted) return;
      const what = end === undefined ? 'could not be started' : `ended (${describeEnd(end)})`;
      await this.startAgain(what, end === undefined ? 0 : Date.now() - started);
    }
  }

  private async startAgain(what: string, ranForMs: number): Promise<void> {
    const delayMs = this.backOff.nextDelayMs(ranForMs);
    this.report(`${this.service.name} ${what}; starting it again in ${delayMs / 1000} s`);
    await this.pause(delayMs, this.stopping.signal);
    if (this.stopping.signal.aborted) return;
    try {
      this.running = await this.service.start();
      this.report(`${this.service.name} is up again`);
    } catch (error) {
      this.running = undefined;
      this.report(`${this.service.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.stopping.signal.aborted) await this.running?.stop();
  }
}
