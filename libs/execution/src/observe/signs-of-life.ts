/** Signs that are remembered; the oldest ones go first. */
const MAX_REMEMBERED = 1_000;

/**
 * For how long something has not changed, by this process's own clock: the clocks of a cluster may differ from ours. A process that has just
 * begun to look knows nothing yet.
 */
export class SignsOfLife {
  private readonly signs = new Map<string, { readonly sign: number | null; readonly since: number }>();

  /** Milliseconds since the sign was first seen as it is now. */
  silentMs(name: string, sign: number | null): number {
    const known = this.signs.get(name);
    if (known?.sign === sign) return performance.now() - known.since;
    this.signs.delete(name);
    this.signs.set(name, { sign, since: performance.now() });
    const [oldest] = this.signs.keys();
    if (this.signs.size > MAX_REMEMBERED && oldest !== undefined) this.signs.delete(oldest);
    return 0;
  }
}
