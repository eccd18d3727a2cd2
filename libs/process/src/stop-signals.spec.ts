import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopSignal } from './stop-signals.js';

let source: EventEmitter;
let endAtOnce: ReturnType<typeof vi.fn<() => void>>;

beforeEach(() => {
  vi.useFakeTimers();
  source = new EventEmitter();
  endAtOnce = vi.fn<() => void>();
});
afterEach(() => {
  vi.useRealTimers();
});

function send(signal: NodeJS.Signals): void {
  source.emit(signal, signal);
}

describe('a request to stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is %s', async (signal) => {
    const asked = stopSignal(source, endAtOnce);
    send(signal);
    expect(await asked).toBe(signal);
  });

  it('may come twice at once', async () => {
    const asked = stopSignal(source, endAtOnce);
    send('SIGINT');
    vi.advanceTimersByTime(900);
    send('SIGINT');
    expect(await asked).toBe('SIGINT');
    expect(endAtOnce).not.toHaveBeenCalled();
  });

  it('that is repeated later ends the process at once', () => {
    void stopSignal(source, endAtOnce);
    send('SIGINT');
    vi.advanceTimersByTime(1_100);
    send('SIGINT');
    expect(endAtOnce).toHaveBeenCalledOnce();
  });

  it('is not made more urgent by another signal: the supervisor sends one of its own', () => {
    void stopSignal(source, endAtOnce);
    send('SIGINT');
    vi.advanceTimersByTime(5_000);
    send('SIGTERM');
    expect(endAtOnce).not.toHaveBeenCalled();
  });
});
