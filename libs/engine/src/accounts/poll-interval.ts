/** What the time of the next look depends on. */
export interface PollSituation {
  /** The resource's `jobs_poll_interval`. */
  readonly intervalSeconds: number;
  /** Questions in a row without a usable answer. */
  readonly failures: number;
  /** Since anything there changed; null: nothing is known yet. */
  readonly quietSeconds: number | null;
  /** Something was submitted, is missing or is to be ended: news are to be expected. */
  readonly isNewsExpected: boolean;
}

/** However short the interval is configured (contract: slurm.md 8.3). */
const SHORTEST_SECONDS = 0.2;
/** However long nothing happens. */
const LONGEST_SECONDS = 60;
/** News come late by at most this part of the time for which there were none. */
const PART_OF_QUIET = 0.1;

/**
 * Seconds between two questions to a cluster: the configured interval while things change, more and more while nothing does or nobody
 * answers, up to a minute.
 */
export function pollSeconds({ intervalSeconds, failures, quietSeconds, isNewsExpected }: PollSituation): number {
  const shortest = Math.max(intervalSeconds, SHORTEST_SECONDS);
  const longest = Math.max(LONGEST_SECONDS, shortest);
  if (failures > 0) return Math.min(longest, Math.max(shortest, 1) * 1.5 ** failures);
  if (isNewsExpected || quietSeconds === null) return shortest;
  return Math.min(longest, Math.max(shortest, quietSeconds * PART_OF_QUIET));
}

/** Up to a tenth later, so that accounts do not ask in step; never earlier. @param random from 0 to 1 */
export function withJitter(seconds: number, random: number): number {
  return seconds * (1 + 0.1 * random);
}
