import type { Client } from 'ssh2';
import type { CallLimits } from '../../call-limits.js';
import { HostConnectionLost, HostUnavailable, HostUnreachable } from '../../errors.js';
import { backOffMs, lastingBackOffMs } from '../back-off.js';
import { describeAccount, type SshAccount } from '../ssh-account.js';
import { Lanes, type LaneKind, type LaneReport } from './lanes.js';
import { OpenChannel } from './open-channel.js';

/** A connection that lasted so long was a good one: the next is tried at once. */
const GOOD_AFTER_MS = 5_000;
/** What a connection is doing, for people. */
export interface ConnectionReport extends LaneReport {
  readonly account: string;
  readonly connected: boolean;
  /** Connections that failed in a row. */
  readonly failures: number;
  readonly nextTryAt: Date | null;
  readonly lastError: string | null;
}

/**
 * The one connection of an account in this process: made when first needed, shared by all calls, made anew when it broke, not sooner than the
 * back-off allows. Nobody else holds the client.
 */
export class SshConnection {
  readonly name: string;
  private readonly lanes = new Lanes();
  private client: Client | null = null;
  private connecting: Promise<Client> | null = null;
  private failures = 0;
  private nextTry = 0;
  private lastError: HostUnavailable | null = null;
  private closed = false;
  private usedAt = performance.now();

  constructor(
    account: SshAccount,
    private readonly dial: () => Promise<Client>,
  ) {
    this.name = describeAccount(account);
  }

  /**
   * Start a command on a channel of its own, and give the channel back when it was used.
   * @throws HostUnavailable, or what `limits` says
   */
  async onChannel<T>(
    call: string,
    command: string,
    kind: LaneKind,
    limits: CallLimits,
    use: (open: OpenChannel) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const { entered, leave } = this.lanes.enter(kind);
      let open: OpenChannel | 'refused' = 'refused';
      try {
        await limits.race(entered, () => new HostUnreachable(this.name, 'no channel became free in time', null));
        const client = await limits.race(this.connected(), () => new HostUnreachable(this.name, 'still connecting', null));
        const alone = this.lanes.report.open === 1;
        open = await this.start(client, call, command, limits);
        if (open !== 'refused') {
          this.usedAt = performance.now();
          return await use(open);
        }
        if (alone) {
          throw new HostUnreachable(this.name, 'the server opens no session', null);
        }
        this.lanes.refused();
      } finally {
        if (open === 'refused') {
          leave();
        } else {
          open.close(leave);
        }
      }
    }
  }

  /** Ask the server something harmless: all that it sent before its answer has arrived then. */
  async roundTrip(): Promise<void> {
    const client = this.client;
    if (client === null) {
      return;
    }
    await new Promise<void>((resolve) => {
      client.once('close', () => resolve());
      // There is no such forwarding, and the server says so.
      client.unforwardIn('localhost', 1, () => resolve());
    });
  }

  /** True when no call is under way and none was for so long. */
  idleFor(milliseconds: number): boolean {
    const { open, waiting } = this.lanes.report;
    return open === 0 && waiting === 0 && performance.now() - this.usedAt >= milliseconds;
  }

  /** Close the connection. It is made again if somebody calls. */
  disconnect(): void {
    this.client?.end();
    this.client = null;
  }

  /** Close the connection for good. */
  close(): void {
    this.closed = true;
    this.client?.destroy();
    this.client = null;
  }

  get report(): ConnectionReport {
    return {
      ...this.lanes.report,
      account: this.name,
      connected: this.client !== null,
      failures: this.failures,
      nextTryAt: this.nextTryAt(),
      lastError: this.lastError?.message ?? null,
    };
  }

  private async start(client: Client, call: string, command: string, limits: CallLimits): Promise<OpenChannel | 'refused'> {
    const opening = new Promise<OpenChannel | 'refused'>((resolve, reject) => {
      const lost = (reason: string) => reject(new HostConnectionLost(this.name, call, reason));
      try {
        client.exec(command, { allowHalfOpen: true }, (error, channel) => {
          if (error === undefined) {
            resolve(new OpenChannel(channel, () => this.client !== client));
          } else if ('reason' in error) {
            resolve('refused');
          } else {
            lost(error.message);
          }
        });
      } catch (error) {
        // The socket is dead, and its end has not been told yet: nothing was sent.
        reject(new HostUnreachable(this.name, error instanceof Error ? error.message : String(error), null));
      }
    });
    try {
      return await limits.race(opening);
    } catch (error) {
      // It may open after all: then nobody wants it.
      void opening.then(
        (late) => late === 'refused' || late.close(() => undefined),
        () => undefined,
      );
      throw error;
    }
  }

  private async connected(): Promise<Client> {
    if (this.closed) {
      throw new HostUnreachable(this.name, 'this process is shutting down', null);
    }
    if (this.client !== null) {
      return this.client;
    }
    const nextTryAt = this.nextTryAt();
    if (this.connecting === null && this.lastError !== null && nextTryAt !== null) {
      throw this.lastError.lasting ? this.lastError : new HostUnreachable(this.name, this.lastError.message, nextTryAt);
    }
    this.connecting ??= this.connect();
    return await this.connecting;
  }

  private async connect(): Promise<Client> {
    try {
      const client = await this.dial();
      if (this.closed) {
        client.end();
        throw new HostUnreachable(this.name, 'this process is shutting down', null);
      }
      this.watch(client);
      this.client = client;
      this.lastError = null;
      this.lanes.reset();
      return client;
    } catch (error) {
      this.noteFailure(error instanceof HostUnavailable ? error : new HostUnreachable(this.name, String(error), null, { cause: error }));
      throw error;
    } finally {
      this.connecting = null;
    }
  }

  private watch(client: Client): void {
    const since = performance.now();
    let reason = 'the server closed it';
    client.removeAllListeners('error');
    client.on('error', (error) => {
      reason = error.message;
    });
    client.once('close', () => {
      if (this.client !== client) {
        return;
      }
      this.client = null;
      if (performance.now() - since >= GOOD_AFTER_MS) {
        this.failures = 0;
        this.lastError = null;
        return;
      }
      // A server that lets us in and drops us at once is not asked again and again.
      this.noteFailure(new HostUnreachable(this.name, reason, null));
    });
  }

  private noteFailure(error: HostUnavailable): void {
    this.failures += 1;
    this.lastError = error;
    const wait = error.lasting ? lastingBackOffMs(this.failures, Math.random()) : backOffMs(this.failures, Math.random());
    this.nextTry = performance.now() + wait;
  }

  private nextTryAt(): Date | null {
    const wait = this.nextTry - performance.now();
    return wait > 0 ? new Date(Date.now() + wait) : null;
  }
}
