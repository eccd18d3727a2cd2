import { JobFailure } from '../errors/job-failure.js';
import { cleanText } from '../text/clean-text.js';

/** Longest log, in characters, that is shown in the text of a failure (contract: runner.md 14). */
export const MAX_LOG_CHARACTERS = 100_000;

/** How a unit's process ended. */
export type UnitExit = { readonly exitCode: number } | { readonly signal: number };

/** A unit's log, or only its size where it was too large to be read. */
export type UnitLog = string | { readonly sizeBytes: number };

/** Whether a log of this size can be short enough to be shown, so that it is worth reading: a character takes at most 4 bytes. */
export function isLogWorthReading(sizeBytes: number): boolean {
  return sizeBytes <= 4 * MAX_LOG_CHARACTERS;
}

/** The unit's command ended with anything but 0 (contract: runner.md 7.2). A signal is told as Python does, by its negative number. */
export function commandFailure(exit: UnitExit, log: UnitLog): JobFailure {
  const returnCode = 'exitCode' in exit ? exit.exitCode : -exit.signal;
  return new JobFailure('task_failed', `Task failed with returncode=${returnCode}.\nSTDERR: ${shownLog(log)}`, 'unit');
}

/** The unit's command could not be started because its first word is no executable. */
export function notExecutableFailure(executable: string): JobFailure {
  return new JobFailure('task_failed', `Command "${cleanText(executable)}" is not valid. Hint: make sure that it is executable.`, 'unit');
}

/** The unit was not run to its end for a reason that is not its own: cancelled, or lost with its runner. The reason is a sentence. */
export function unfinishedFailure(reason: string): JobFailure {
  return new JobFailure('task_failed', reason, 'unit');
}

/** What a log must hold, in any case of letters, for its unit to have warnings (contract: runner.md 4.5). */
export function hasWarning(log: string): boolean {
  return /warning/i.test(log);
}

function shownLog(log: UnitLog): string {
  if (typeof log === 'string' && log.length <= MAX_LOG_CHARACTERS) return cleanText(log);
  const size = typeof log === 'string' ? `${log.length} characters` : `${log.sizeBytes} bytes`;
  return `(log of ${size}, longer than the ${MAX_LOG_CHARACTERS} characters shown here: download the logs of the job to read it)`;
}
