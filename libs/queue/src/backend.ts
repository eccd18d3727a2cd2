import type { Bell } from './catalogue.js';

/** Which server carries the bells. */
export type QueueBackendOptions =
  | { readonly type: 'redis'; readonly url: string }
  | {
      readonly type: 'postgres';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user?: string | undefined;
      readonly password?: string | undefined;
    };

/** The sending end of one queue. */
export interface BellSender {
  /** Resolves when the bell is in the queue; rejects when the server is away. */
  send(bell: Bell): Promise<void>;
  close(): Promise<void>;
}

/** The receiving end of one queue. */
export interface BellReceiver {
  /** Takes bells until `close`, which waits for those that are being answered. */
  run(): Promise<void>;
  onTrouble(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/** What a server that carries bells can do: the port that Redis and PostgreSQL implement. */
export interface QueueBackend {
  openSender(queue: string): BellSender;
  openReceiver(queue: string, answer: (data: unknown) => Promise<void>, concurrency: number): BellReceiver;
  /** Closes what senders and receivers share; they are closed before, by whoever opened them. */
  close(): Promise<void>;
}
