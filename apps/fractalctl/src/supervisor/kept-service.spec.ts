import type { ProcessEnd } from '@fractal-server/embedded';
import { describe, expect, it } from 'vitest';
import { KeptService, type Pause } from './kept-service.js';
import type { RunningService, Service } from './service.js';

/** A service whose processes end when the test says so. */
class FakeService implements Service {
  readonly name = 'the service';
  readonly ends: ((end: ProcessEnd) => void)[] = [];
  failures = 0;

  async start(): Promise<RunningService> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('no such luck');
    }
    const ended = new Promise<ProcessEnd>((resolve) => this.ends.push(resolve));
    return { ended, stop: async () => this.ends.at(-1)?.({ code: 0, signal: null }) };
  }

  killLast(): void {
    this.ends.at(-1)?.({ code: null, signal: 'SIGKILL' });
  }
}

/** Lets the loop of a kept service run until it waits for something that the test decides. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const noPause: Pause = async () => undefined;
const untilStopped: Pause = (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('KeptService', () => {
  it('starts a process again that was killed, and says so', async () => {
    const service = new FakeService();
    const lines: string[] = [];
    const kept = await KeptService.start(service, (line) => lines.push(line), noPause);
    service.killLast();
    await settle();
    expect(service.ends).toHaveLength(2);
    expect(lines).toEqual(['the service ended (signal SIGKILL); starting it again in 0.5 s', 'the service is up again']);
    await kept.stop();
  });

  it('tries again when the start fails, later each time', async () => {
    const service = new FakeService();
    const pauses: number[] = [];
    const kept = await KeptService.start(
      service,
      () => undefined,
      async (delayMs) => void pauses.push(delayMs),
    );
    service.failures = 2;
    service.killLast();
    await settle();
    expect(pauses).toEqual([500, 1_000, 2_000]);
    expect(service.ends).toHaveLength(2);
    await kept.stop();
  });

  it('starts nothing any more once it was stopped', async () => {
    const service = new FakeService();
    const kept = await KeptService.start(service, () => undefined, untilStopped);
    service.killLast();
    await settle();
    await kept.stop();
    expect(service.ends).toHaveLength(1);
  });

  it('hands the error of the first start to the caller', async () => {
    const service = new FakeService();
    service.failures = 1;
    await expect(KeptService.start(service, () => undefined)).rejects.toThrow('no such luck');
  });
});
