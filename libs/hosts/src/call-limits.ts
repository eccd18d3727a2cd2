import { HostCallAborted, HostCallTimedOut } from './errors.js';
import type { CallOptions } from './host.js';

/** Which limit ended a call. */
export type Limit = 'deadline' | 'signal';

/** The deadline and the signal of one call that consists of several waits. To be ended when the call is over. */
export class CallLimits {
  private reached: Limit | null = null;
  private readonly waiting = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort = () => this.reach('signal');

  /** @param call for messages */
  constructor(
    private readonly call: string,
    private readonly options: CallOptions,
  ) {
    this.timer = setTimeout(() => this.reach('deadline'), options.deadlineMs);
    options.signal?.addEventListener('abort', this.onAbort);
    if (options.signal?.aborted === true) {
      this.onAbort();
    }
  }

  /**
   * Wait for something, but no longer than the call may last.
   * @param late the error after the deadline, in place of the general one
   */
  async race<T>(work: Promise<T>, late?: () => Error): Promise<T> {
    let stop: (() => void) | undefined;
    const limit = new Promise<never>((_, reject) => {
      stop = () => reject(this.reached === 'deadline' && late !== undefined ? late() : this.error(false));
      this.waiting.add(stop);
      if (this.reached !== null) {
        stop();
      }
    });
    try {
      return await Promise.race([limit, work]);
    } finally {
      if (stop !== undefined) {
        this.waiting.delete(stop);
      }
    }
  }

  /** The limit that was reached, if one was. */
  get over(): Limit | null {
    return this.reached;
  }

  /** The error of a call that was given up. @param mayStillRun see {@link HostCallTimedOut} */
  error(mayStillRun: boolean): Error {
    return this.reached === 'signal'
      ? new HostCallAborted(this.call, this.options.signal?.reason)
      : new HostCallTimedOut(this.call, this.options.deadlineMs, mayStillRun);
  }

  /** The call is over. */
  end(): void {
    clearTimeout(this.timer);
    this.options.signal?.removeEventListener('abort', this.onAbort);
  }

  private reach(limit: Limit): void {
    this.reached ??= limit;
    for (const stop of this.waiting) {
      stop();
    }
  }
}

/** What is left of a call's time for its next part. @param since by `performance.now()`, when the call began */
export function remainder(options: CallOptions, since: number): CallOptions {
  return { ...options, deadlineMs: Math.max(1, Math.round(options.deadlineMs - (performance.now() - since))) };
}
