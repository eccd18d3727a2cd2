import { Readable, Writable } from 'node:stream';
import { describeCommand } from '../../describe-command.js';
import { CommandNotStarted, HostCallAborted } from '../../errors.js';
import type { CommandResult, RunOptions } from '../../host.js';
import { BoundedOutput } from '../../local/bounded-output.js';
import { OutputFile } from '../../local/output-file.js';
import type { SshConnection } from '../connection/ssh-connection.js';
import { callRemote, type RemoteCall, type RemoteEnd } from './call-remote.js';
import { CANNOT_RUN, remoteCommand } from './remote-command.js';

const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024;
const NOT_FOUND = 127;

/** Run one command on the host. See `Commands.run`. */
export async function runOverSsh(
  connection: SshConnection,
  argv: readonly string[],
  options: RunOptions,
  marker: string,
): Promise<CommandResult> {
  const call = describeCommand(argv);
  if (argv.length === 0) {
    throw new CommandNotStarted(argv, 'no program given');
  }
  if (options.signal?.aborted === true) {
    throw new HostCallAborted(call, options.signal.reason);
  }
  const remote = {
    call,
    command: remoteCommand(argv, options, marker),
    marker,
    source: options.input === undefined ? undefined : Readable.from([Buffer.from(options.input)]),
    maxStderrBytes: options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES,
  };
  return options.stdoutPath === undefined
    ? await intoMemory(connection, argv, options, remote)
    : await intoFile(connection, argv, options, remote, options.stdoutPath);
}

async function intoMemory(
  connection: SshConnection,
  argv: readonly string[],
  options: RunOptions,
  remote: Omit<RemoteCall, 'sink' | 'lane'>,
): Promise<CommandResult> {
  const stdout = new BoundedOutput(options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES, 'beginning');
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      stdout.add(chunk);
      done();
    },
  });
  const end = await callRemote(connection, { ...remote, lane: 'command', sink }, options);
  refuseUnstarted(argv, options, end);
  return { argv, ...end, stdout: stdout.bytes(), stdoutTruncated: stdout.truncated };
}

async function intoFile(
  connection: SshConnection,
  argv: readonly string[],
  options: RunOptions,
  remote: Omit<RemoteCall, 'sink' | 'lane'>,
  path: string,
): Promise<CommandResult> {
  const file = await OutputFile.open(path, options.maxOutputBytes ?? Number.POSITIVE_INFINITY);
  try {
    // What goes to the disk may be long.
    const end = await callRemote(connection, { ...remote, lane: 'transfer', sink: file.stream }, options);
    refuseUnstarted(argv, options, end);
    await file.commit();
    return { argv, ...end, stdout: Buffer.alloc(0), stdoutTruncated: file.truncated };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** A shell tells by 127 and 126, and by its words, that it could not start the program; a program may end with these codes too. */
function refuseUnstarted(argv: readonly string[], { cwd }: RunOptions, { exitCode, stderr }: RemoteEnd): void {
  if (exitCode !== NOT_FOUND && exitCode !== CANNOT_RUN) {
    return;
  }
  const words = stderr.toString('utf8').trim();
  const lastLine = words.slice(words.lastIndexOf('\n') + 1);
  const names = [argv[0], cwd].filter((name) => name !== undefined && isNamed(lastLine, name));
  if (names.length > 0 && /not found|no such file|permission denied|cannot execute|not a directory|can't cd|exec format/i.test(lastLine)) {
    throw new CommandNotStarted(argv, lastLine);
  }
}

/** Shells write `sh: 1: exec: NAME: not found` or `zsh:1: command not found: NAME`. */
function isNamed(line: string, name: string): boolean {
  return (
    [`: ${name}: `, `: ‘${name}’: `, `: '${name}': `, `cd to ${name}`].some((part) => line.includes(part)) || line.endsWith(`: ${name}`)
  );
}
