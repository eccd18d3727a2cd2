const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A process that ran so long was healthy: its next end counts as the first one again. */
const HEALTHY_AFTER_MS = 60_000;

/** How long to wait before a process is started again: 0.5 s, doubled with each end in quick succession, at most 30 s. */
export class BackOff {
  private quickEnds = 0;

  /** @param ranForMs how long the process ran before it ended; 0 when it could not be started */
  nextDelayMs(ranForMs: number): number {
    this.quickEnds = ranForMs >= HEALTHY_AFTER_MS ? 1 : this.quickEnds + 1;
    return Math.min(FIRST_DELAY_MS * 2 ** (this.quickEnds - 1), LONGEST_DELAY_MS);
  }
}
