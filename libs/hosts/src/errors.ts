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
    /** True when it could not be ended: it may go on, and its effect may still come. */
    readonly mayStillRun = false,
  ) {
    super(`Not finished after ${deadlineMs} ms${mayStillRun ? ', and may still be running' : ''}: ${call}`);
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

/**
 * The host itself could not be used; it says nothing about the command or the file that was asked for. `lasting` tells the two classes of a
 * site's failure apart: a passing one goes away by itself, a lasting one needs an admin, and the message is written for that admin.
 */
export abstract class HostUnavailable extends HostError {
  abstract readonly lasting: boolean;
}

/** The host refuses us: `sudo` does not allow the command, the account may not run any. Nothing was run. */
export class HostRefused extends HostUnavailable {
  readonly code = 'host_refused';
  readonly lasting = true;
}

/** No connection to the host could be made. Nothing was run. */
export class HostUnreachable extends HostUnavailable {
  readonly code = 'host_unreachable';
  readonly lasting = false;

  constructor(
    host: string,
    reason: string,
    /** When the next connection is tried; until then every call fails at once with this error. */
    readonly nextTryAt: Date | null,
    options?: ErrorOptions,
  ) {
    super(`No connection to ${host}: ${reason}${nextTryAt === null ? '' : ` (next try at ${nextTryAt.toISOString()})`}`, options);
  }
}

/** The connection broke while a call was under way. What it was doing may or may not have happened. */
export class HostConnectionLost extends HostUnavailable {
  readonly code = 'host_connection_lost';
  readonly lasting = false;

  constructor(
    host: string,
    readonly call: string,
    reason: string,
  ) {
    super(`The connection to ${host} was lost (${reason}) during: ${call}`);
  }
}

/** The host does not accept the key of the account, or does not know the account. */
export class HostAuthenticationFailed extends HostUnavailable {
  readonly code = 'host_authentication_failed';
  readonly lasting = true;
}

/** The private key of the account is missing, unreadable, open to others, or its passphrase is missing or wrong. */
export class HostKeyFileUnusable extends HostUnavailable {
  readonly code = 'host_key_file_unusable';
  readonly lasting = true;
}

/** The host identifies itself with a key that nobody has declared to be its own. */
export class HostKeyUnknown extends HostUnavailable {
  readonly code = 'host_key_unknown';
  readonly lasting = true;
}

/** The host identifies itself with another key than before: it was set up anew, or somebody is in between. */
export class HostKeyChanged extends HostUnavailable {
  readonly code = 'host_key_changed';
  readonly lasting = true;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
