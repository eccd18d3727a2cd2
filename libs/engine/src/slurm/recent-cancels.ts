/** For so long SLURM is not asked again to end the same job, milliseconds. */
const QUIET_MS = 9_000;

/** Which attempts this process has asked SLURM to end a moment ago. Forgetting it costs no more than one request too many. */
export class RecentCancels {
  private readonly askedAt = new Map<string, number>();

  isRecent(name: string): boolean {
    const at = this.askedAt.get(name);
    return at !== undefined && performance.now() - at < QUIET_MS;
  }

  note(name: string): void {
    const now = performance.now();
    for (const [other, at] of this.askedAt) if (now - at > QUIET_MS) this.askedAt.delete(other);
    this.askedAt.set(name, now);
  }
}
