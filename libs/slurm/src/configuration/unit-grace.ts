/** Of SLURM's time so much is kept for the rest of what a unit runner does: it packs files, over a network file system. */
const KEPT_PART = 1 / 4;
const LEAST_KEPT_SECONDS = 1.5;
/** A unit runner takes half of the grace time again for what its units left behind. */
const RUNNER_FACTOR = 1.5;
/** Units get so long even where SLURM gives next to no time. */
const LEAST_GRACE_MS = 100;

/**
 * Milliseconds between SIGTERM and SIGKILL of units, such that their runner has written its last word before SLURM kills it.
 *
 * @param wantedMs where SLURM leaves the time
 * @param killWaitSeconds see `readKillWait`; null where it is not known: then it is taken for long enough
 */
export function boundUnitGrace(wantedMs: number, killWaitSeconds: number | null): number {
  if (killWaitSeconds === null) return wantedMs;
  const usable = killWaitSeconds - Math.max(LEAST_KEPT_SECONDS, killWaitSeconds * KEPT_PART);
  return Math.min(wantedMs, Math.max(LEAST_GRACE_MS, Math.floor((usable / RUNNER_FACTOR) * 1_000)));
}
