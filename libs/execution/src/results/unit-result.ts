/** What became of one unit, as the runner wrote it down. */
export interface UnitResult {
  /** The unit's index in the spec. */
  readonly unit: number;
  /** Null when a signal ended the unit, or when it could not be started. */
  readonly exitCode: number | null;
  /** Number of the signal that ended the unit, or null. */
  readonly signal: number | null;
  /**
   * Why the command could not be started, as a sentence for the user, or null. The log holds the same sentence. Such a unit has failed; its
   * command never ran.
   */
  readonly startError: string | null;
  /** The runner ended this unit, because it was told to stop: the exit code is not the task's own word. */
  readonly stopped: boolean;
  /** The unit failed while the disk was full: a reason of the site, not of the task. */
  readonly diskFull: boolean;
  readonly wallSeconds: number;
  /** User and system time of the unit and of its children that it waited for. */
  readonly cpuSeconds: number;
  /** Largest resident size of one process of the unit, in KiB (never less than the runner's own, about 10 MiB). */
  readonly peakMemoryKiB: number;
  /** The log holds the word `warning` in any case (contract: runner.md 4.5). */
  readonly hasWarnings: boolean;
  /** Only looked at when the exit code is 0. */
  readonly output: UnitOutput;
  readonly logBytes: number;
  /** End of the log of a failed unit, at most 4 KiB; the whole log when `logBytes` is not larger. Null for units that succeeded. */
  readonly logTail: string | null;
}

/** What a unit left at its out path. */
export type UnitOutput =
  /** nothing */
  | { readonly kind: 'absent' }
  /** the text of a file of at most 16 KiB of valid UTF-8: no need to open it */
  | { readonly kind: 'inline'; readonly text: string }
  /** a larger file, or one that is not UTF-8: to be read from the out path */
  | { readonly kind: 'file' };

/** Whether a result that came from a folder of a user, who may have written anything there, can be one of a runner's. */
export function isUnitResult(result: UnitResult): boolean {
  const { unit, exitCode, signal, startError, wallSeconds, cpuSeconds, peakMemoryKiB, logBytes, logTail, output } = result;
  const flags = [result.stopped, result.diskFull, result.hasWarnings];
  return (
    [unit, logBytes].every((number) => Number.isSafeInteger(number) && number >= 0) &&
    [exitCode, signal].every((number) => number === null || Number.isSafeInteger(number)) &&
    [wallSeconds, cpuSeconds, peakMemoryKiB].every((number) => Number.isFinite(number)) &&
    [startError, logTail].every((text) => text === null || typeof text === 'string') &&
    flags.every((flag) => typeof flag === 'boolean') &&
    (output.kind !== 'inline' || typeof output.text === 'string')
  );
}
