/** What is not asked for within this time is forgotten, milliseconds. */
const KEPT_MS = 600_000;

interface Beat {
  readonly value: number | null;
  /** When this value was first seen here. */
  readonly since: number;
  readonly askedAt: number;
}

/** For how long this process has seen no new heartbeat of unit runners. Forgetting it costs no more than the same wait once more. */
export class HeartbeatWatch {
  private readonly beats = new Map<string, Beat>();

  /** Notes what was seen now. @returns seconds for which the heartbeat has been what it is */
  note(name: string, value: number | null): number {
    const now = performance.now();
    for (const [other, { askedAt }] of this.beats) if (now - askedAt > KEPT_MS) this.beats.delete(other);
    const before = this.beats.get(name);
    const since = before?.value === value ? before.since : now;
    this.beats.set(name, { value, since, askedAt: now });
    return (now - since) / 1000;
  }
}
