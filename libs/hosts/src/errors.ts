import { describeCommand } from './describe-command.js';
import type { CommandResult } from './host.js';

/** How many bytes of a failed command's stderr its error message repeats. */
const STDERR_IN_MESSAGE = 2_000;

/** Something that a host was asked for did not happen. `code` is stable, the message is for people. */
export abstract class HostError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A command ran and ended with something else than exit code 0. */
export class CommandFailed extends HostError {
  readonly code = 'command_failed';

  constructor(readonly result: CommandResult) {
    const how = result.exitCode === null ? `by ${result.signal ?? 'an unknown signal'}` : `with exit code ${result.exitCode}`;
    const stderr = result.stderr.subarray(-STDERR_IN_MESSAGE).toString('utf8').trim();
    super(`Command ended ${how}: ${describeCommand(result.argv)}${stderr === '' ? '' : `\n${stderr}`}`);
  }
}

/** A command could not be started: no such program, not executable, no such working folder. */
export class CommandNotStarted extends HostError {
  readonly code = 'command_not_started';

  constructor(
    readonly argv: readonly string[],
    cause: unknown,
  ) {
    super(`Command could not be started: ${describeCommand(argv)} (${reasonOf(cause)})`, { cause });
  }
}

/** A call did not end before its deadline. What it was doing may or may not have happened. */
export class HostCallTimedOut extends HostError {
  readonly code = 'host_call_timed_out';

  constructor(
    readonly call: string,
    readonly deadlineMs: number,
  ) {
    super(`Not finished after ${deadlineMs} ms: ${call}`);
  }
}

/** A call was given up because its signal fired. What it was doing may or may not have happened. */
export class HostCallAborted extends HostError {
  readonly code = 'host_call_aborted';

  constructor(
    readonly call: string,
    cause: unknown,
  ) {
    super(`Given up: ${call}`, { cause });
  }
}

/** A file operation failed. `errno` is the system's name for the reason, such as `ENOENT`, `EEXIST`, `ENOSPC`, `EFBIG`. */
export class HostFileError extends HostError {
  readonly code = 'host_file_error';

  constructor(
    readonly operation: string,
    readonly path: string,
    readonly errno: string,
    cause?: unknown,
  ) {
    super(`Cannot ${operation} '${path}': ${cause === undefined ? errno : reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
