import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { CommandNotStarted, HostCallAborted, HostCallTimedOut } from '../errors.js';
import { describeCommand } from '../describe-command.js';
import type { CommandResult, RunOptions } from '../host.js';
import { withinMs } from '../within-ms.js';
import { BoundedOutput } from './bounded-output.js';
import { OutputFile } from './output-file.js';
import { errnoOf } from './within-limits.js';

const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024;
/** Between SIGTERM and SIGKILL of a command that is given up. */
const KILL_AFTER_MS = 2_000;
/** How long output is awaited after the command ended: a process that it left behind may hold its stdout for ever. */
const DRAIN_MS = 500;

/** Run a command of the local machine in a process group of its own, so that giving it up ends its children too. */
export async function runCommand(
  argv: readonly string[],
  options: RunOptions,
  baseEnvironment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  if (options.signal?.aborted === true) {
    throw new HostCallAborted(describeCommand(argv), options.signal.reason);
  }
  const file = await openOutputFile(options);
  try {
    const child = await start(argv, options, baseEnvironment);
    const result = await untilTheEnd(child, argv, options, file);
    await file?.commit();
    return file === null ? result : { ...result, stdoutTruncated: file.truncated };
  } catch (error) {
    await file?.discard();
    throw error;
  }
}

async function openOutputFile(options: RunOptions): Promise<OutputFile | null> {
  return options.stdoutPath === undefined
    ? null
    : await OutputFile.open(options.stdoutPath, options.maxOutputBytes ?? Number.POSITIVE_INFINITY);
}

async function untilTheEnd(
  child: ChildProcess,
  argv: readonly string[],
  options: RunOptions,
  file: OutputFile | null,
): Promise<CommandResult> {
  const limit = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const stdout = new BoundedOutput(limit, 'beginning');
  const stderr = new BoundedOutput(limit, 'end');
  collect(child.stderr, stderr);
  if (file === null) {
    collect(child.stdout, stdout);
  } else {
    child.stdout?.pipe(file.stream, { end: false });
  }
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close');
  writeInput(child, options.input);

  const ended = file === null ? exited : exited.then(async () => await untilQuiet(closed, file));
  const givenUp = await raceWithLimits(ended, options);
  if (givenUp !== null) {
    const gone = await endGroup(child, exited);
    closeOutput(child);
    const call = describeCommand(argv);
    throw givenUp === 'deadline'
      ? new HostCallTimedOut(call, options.deadlineMs, !gone)
      : new HostCallAborted(call, options.signal?.reason);
  }
  const [exitCode, signal] = await exited;
  await withinMs(closed, DRAIN_MS);
  closeOutput(child);
  return {
    argv,
    exitCode,
    signal,
    stdout: stdout.bytes(),
    stdoutTruncated: stdout.truncated,
    stderr: stderr.bytes(),
    stderrTruncated: stderr.truncated,
  };
}

/** What the disk has not taken yet is still to come; only an output where nothing moves belongs to a process that was left behind. */
async function untilQuiet(closed: Promise<unknown>, file: OutputFile): Promise<void> {
  let before = file.progress;
  while (!(await withinMs(closed, DRAIN_MS))) {
    const now = file.progress;
    if (now.received === before.received && now.waiting === 0) {
      return;
    }
    before = now;
  }
}

async function start(
  argv: readonly string[],
  options: RunOptions,
  baseEnvironment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const [program, ...parameters] = argv;
  if (program === undefined) {
    throw new CommandNotStarted(argv, 'no program given');
  }
  try {
    const child = spawn(program, parameters, {
      cwd: options.cwd,
      env: options.env ?? baseEnvironment,
      detached: true,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    // spawn throws at once for a NUL in an argument, and emits 'error' for everything the system refuses
    throw new CommandNotStarted(argv, error);
  }
}

function collect(stream: ChildProcess['stdout'], output: BoundedOutput): void {
  stream?.on('data', (chunk: Buffer) => output.add(chunk));
}

function writeInput(child: ChildProcess, input: RunOptions['input']): void {
  // A command may end without reading its input: EPIPE says nothing that its exit code does not.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
}

/** Null when the command ended in time, otherwise the limit because of which it must be ended. */
async function raceWithLimits(exited: Promise<unknown>, options: RunOptions): Promise<'deadline' | 'signal' | null> {
  const { deadlineMs, signal } = options;
  return await new Promise((resolve) => {
    const timer = setTimeout(() => finish('deadline'), deadlineMs);
    const onAbort = () => finish('signal');
    const finish = (reason: 'deadline' | 'signal' | null) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(reason);
    };
    signal?.addEventListener('abort', onAbort);
    void exited.then(() => finish(null));
    if (signal?.aborted === true) {
      // It fired while the command was being started.
      onAbort();
    }
  });
}

/** False when somebody of the command may go on: behind `sudo` it is another user's, and cannot be ended by us, or only by SIGTERM. */
async function endGroup(child: ChildProcess, exited: Promise<unknown>): Promise<boolean> {
  if (!signalGroup(child, 'SIGTERM')) {
    return false;
  }
  if (!(await withinMs(exited, KILL_AFTER_MS))) {
    signalGroup(child, 'SIGKILL');
    await withinMs(exited, KILL_AFTER_MS);
  }
  // What the command started and did not take along.
  return signalGroup(child, 'SIGKILL');
}

/** False when nobody of the group may be signalled by us. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  try {
    if (child.pid !== undefined) {
      process.kill(-child.pid, signal);
    }
    return true;
  } catch (error) {
    // ESRCH: nobody is left in the group
    return errnoOf(error) !== 'EPERM';
  }
}

function closeOutput(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
}
