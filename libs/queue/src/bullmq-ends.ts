import type { BellReceiver, BellSender } from './backend.js';

/** The part of BullMQ's `Queue` that we use, whatever server is behind it. */
interface BullQueue {
  add(name: string, data: unknown, options: { removeOnComplete: boolean; removeOnFail: boolean }): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** The part of BullMQ's `Worker` that we use. */
interface BullWorker {
  run(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
}

/** Seconds that a receiver waits for a bell before it asks anew. A bell ends the wait; one that is lost is made good by the sweep. */
const WAIT_SECONDS = 30;

/** Options of every receiving end: started by us, and nothing is kept of a bell that was answered. */
export const receiverOptions = {
  autorun: false,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
  drainDelay: WAIT_SECONDS,
} as const;

/** A sender on a BullMQ queue. */
export function senderOn(queue: BullQueue): BellSender {
  // An `error` event without a listener would end the process; each failed ring is reported by itself.
  queue.on('error', () => undefined);
  return {
    send: async ({ kind, id }) => {
      // No job id (it would drop a ring while the same one is active), no delay, no attempts, no retention: engine.md 1.
      await queue.add('look', { kind, id }, { removeOnComplete: true, removeOnFail: true });
    },
    close: () => queue.close(),
  };
}

/** A receiver on a BullMQ worker. */
export function receiverOn(worker: BullWorker): BellReceiver {
  return {
    run: () => worker.run(),
    onTrouble: (listener) => void worker.on('error', listener),
    close: () => worker.close(),
  };
}
