import { DomainError } from '../errors/domain-error.js';
import { JobFailure } from '../errors/job-failure.js';
import { cleanText, shortenText } from '../text/clean-text.js';

/** Longest text, in characters, that becomes the log of a failed job: a page of jobs returns the logs of all of them. */
export const MAX_FAILURE_CHARACTERS = 200_000;

/**
 * The log of a failed job (contract: runner.md 7.2). Clients tell the two forms apart by their first words and look for `TRACEBACK:`; in
 * the second form they look for Python's line above a stack trace and take the first line behind it that is not indented for the error.
 */
export function failedJobLog(jobId: number, error: Error): string {
  return shortenText(cleanText(logOf(jobId, error)), MAX_FAILURE_CHARACTERS);
}

function logOf(jobId: number, error: Error): string {
  if (!(error instanceof JobFailure) || error.form === 'unknown') {
    return `UNKNOWN ERROR in Fractal job ${jobId}\nTRACEBACK:\nTraceback (most recent call last):\n${traceOf(error)}`;
  }
  const head = `JOB ERROR in Fractal job ${jobId}:\nTRACEBACK:\nJobExecutionError\n`;
  return error.form === 'unit' ? `${head}\nAn error occurred.\nOriginal error:\n${error.message}\n\n` : head + error.message;
}

/** Frames first and the error last, as Python has it. An expected refusal is told without the frames, which would say nothing to the user. */
function traceOf(error: Error): string {
  const frames = error instanceof JobFailure || error instanceof DomainError ? [] : framesOf(error);
  return [...frames, `${error.name}: ${error.message}`].join('\n');
}

function framesOf(error: Error): string[] {
  return (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}
