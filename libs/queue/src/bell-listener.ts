import { UnrecoverableError } from 'bullmq';
import type { BellReceiver, QueueBackend } from './backend.js';
import { bellAreas, parseBell, queueName, type Bell, type BellAddress, type BellArea } from './catalogue.js';

/** What a listener tells about itself. */
export interface ListenerReports {
  /** A message that is no bell: somebody else writes into our queue. */
  readonly invalid: (error: Error) => void;
  /** The queue is away, or came back with trouble. The listener reconnects by itself. */
  readonly trouble: (queue: string, error: Error) => void;
}

/** Hears the bells of many queues and hands them to one answer. */
export class BellListener {
  private readonly receivers = new Map<string, BellReceiver>();

  constructor(
    private readonly backend: QueueBackend,
    /** Looks at the thing; must not throw (an error belongs into the thing's line in `work`). */
    private readonly answer: (bell: Bell) => Promise<void>,
    private readonly reports: ListenerReports,
  ) {}

  /** Starts to listen; repeated calls for the same queue do nothing. */
  listen(area: BellArea, address: BellAddress): void {
    const name = queueName(area, address);
    if (this.receivers.has(name)) return;
    const receiver = this.backend.openReceiver(name, (data) => this.hear(data), bellAreas[area].concurrency);
    receiver.onTrouble((error) => this.reports.trouble(name, error));
    this.receivers.set(name, receiver);
    receiver.run().catch((error: unknown) => this.reports.trouble(name, error as Error));
  }

  /** Stops listening; bells that are being answered are waited for. */
  async close(): Promise<void> {
    const receivers = [...this.receivers.values()];
    this.receivers.clear();
    await Promise.allSettled(receivers.map((receiver) => receiver.close()));
  }

  private async hear(data: unknown): Promise<void> {
    let bell: Bell;
    try {
      bell = parseBell(data);
    } catch (error) {
      this.reports.invalid(error as Error);
      throw new UnrecoverableError((error as Error).message);
    }
    await this.answer(bell);
  }
}
