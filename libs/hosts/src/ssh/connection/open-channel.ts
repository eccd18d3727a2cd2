import type { ClientChannel } from 'ssh2';

/** How long the server may take to close a channel that we have closed. */
const CLOSE_MS = 5_000;

/** How a remote command ended. */
export interface RemoteExit {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** Such as `SIGKILL`. */
  readonly signal: string | null;
}

/** A channel with a command on it. */
export class OpenChannel {
  /** How the command ended; null when the channel closed without telling. */
  readonly exit: Promise<RemoteExit | null>;
  /** Settled when the server has closed the channel and all that it sent was read. */
  readonly closed: Promise<void>;

  /**
   * To be made at the very moment when the channel opens: what a short command has to tell may already be behind it.
   * @param isLost whether the connection broke
   */
  constructor(
    readonly channel: ClientChannel,
    private readonly isLost: () => boolean,
  ) {
    this.closed = new Promise((resolve) => channel.once('close', () => resolve()));
    this.exit = new Promise((resolve) => {
      channel.once('exit', (code: number | null, signal?: string) => resolve({ exitCode: code, signal: signal ?? null }));
      channel.once('close', () => resolve(null));
    });
    channel.on('error', () => undefined);
  }

  /** True when the connection broke: what looks like the end of the output may be its middle. */
  get lost(): boolean {
    return this.isLost();
  }

  /** Nothing more is wanted of it, whether its command has ended or not. @param left is called when its place is free */
  close(left: () => void): void {
    this.channel.close();
    // A server that stands still is not waited for for ever.
    const timer = setTimeout(left, CLOSE_MS).unref();
    void this.closed.then(() => {
      clearTimeout(timer);
      left();
    });
  }
}
