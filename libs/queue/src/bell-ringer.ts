import type { BellSender, QueueBackend } from './backend.js';
import { areaOf, queueName, type Bell, type BellAddress } from './catalogue.js';

/** A bell that is not through by then is given up: the sweep rings again. */
const RING_DEADLINE_MS = 1_000;
/** While the queue is away, bells beyond this many are dropped at once instead of piling up in memory. */
const MAX_PENDING_RINGS = 1_000;

/** Rings bells, best effort. */
export class BellRinger {
  private readonly senders = new Map<string, BellSender>();
  private pending = 0;

  constructor(
    private readonly backend: QueueBackend,
    /** Told of each bell that was not heard; recovery does not depend on it. */
    private readonly onLost: (bell: Bell, reason: Error) => void = () => undefined,
  ) {}

  /** Rings without waiting and without ever failing. Call it after the commit. */
  ring(address: BellAddress, bell: Bell): void {
    void this.tryRing(address, bell);
  }

  /** Rings and tells whether the bell is in the queue, after one second at most. */
  async tryRing(address: BellAddress, bell: Bell): Promise<boolean> {
    if (this.pending >= MAX_PENDING_RINGS) {
      this.onLost(bell, new Error('too many bells are waiting for the queue'));
      return false;
    }
    this.pending += 1;
    try {
      await withDeadline(this.send(address, bell), RING_DEADLINE_MS);
      return true;
    } catch (error) {
      this.onLost(bell, error as Error);
      return false;
    } finally {
      this.pending -= 1;
    }
  }

  /** Lets go of the queues. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.senders.values()].map((sender) => sender.close()));
    this.senders.clear();
  }

  private async send(address: BellAddress, bell: Bell): Promise<void> {
    await this.senderOf(queueName(areaOf(bell.kind), address)).send(bell);
  }

  private senderOf(queue: string): BellSender {
    const known = this.senders.get(queue);
    if (known !== undefined) return known;
    const sender = this.backend.openSender(queue);
    this.senders.set(queue, sender);
    return sender;
  }
}

async function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
