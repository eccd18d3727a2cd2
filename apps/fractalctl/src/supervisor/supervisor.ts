import { KeptService, type Report } from './kept-service.js';
import type { Service } from './service.js';

/** Keeps services running, and stops them in the reverse order of their start. */
export class Supervisor {
  /** Groups in the order of their start; the members of one group are started and stopped together. */
  private readonly groups: KeptService[][] = [];

  constructor(private readonly report: Report) {}

  /** Starts services side by side and resolves when all of them can serve. */
  async start(...services: readonly Service[]): Promise<void> {
    const group: KeptService[] = [];
    this.groups.push(group);
    const starts = services.map(async (service) => group.push(await KeptService.start(service, this.report)));
    const outcomes = await Promise.allSettled(starts);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Stops everything: what was started last first. */
  async stop(): Promise<void> {
    for (let group = this.groups.pop(); group !== undefined; group = this.groups.pop()) {
      await Promise.all(group.map((kept) => kept.stop()));
    }
  }
}
