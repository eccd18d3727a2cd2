import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { remainder } from '../../call-limits.js';
import { errnoOfMessage } from '../../file-commands/errno-of-message.js';
import { HostError, HostFileError } from '../../errors.js';
import { failure, type RunFileCommand } from '../../file-commands/file-commands.js';
import type { CallOptions, FileContent, FileStat } from '../../host.js';
import type { SshConnection } from '../connection/ssh-connection.js';
import { callRemote } from './call-remote.js';
import { remoteScript } from './remote-command.js';

const FILE_TYPE_BITS = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;
const MAX_STDERR_BYTES = 64 * 1024;
/** For the removal of a part after something failed. */
const CLEANING_MS = 5_000;

/**
 * Write a file beside its place, and put it there in a second call: a connection that breaks ends the remote command's input as if that were
 * all, so the first call must not decide that the file is whole. @throws HostFileError, HostUnavailable
 */
export async function writeWithCat(
  connection: SshConnection,
  marker: string,
  run: RunFileCommand,
  path: string,
  content: FileContent,
  options: CallOptions,
): Promise<void> {
  const since = performance.now();
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const remote = {
      call: `write '${path}'`,
      command: remoteScript('LC_ALL=C; export LC_ALL; cat > "$1"', [part], marker),
      marker,
      lane: 'transfer' as const,
      source: readableOf(content),
      sink: new Writable({ write: (_chunk, _encoding, done) => done() }),
      maxStderrBytes: MAX_STDERR_BYTES,
    };
    const { exitCode, stderr } = await callRemote(connection, remote, options);
    if (exitCode !== 0) {
      const message = stderr.toString('utf8').trim();
      throw new HostFileError('write', path, errnoOfMessage(message), message);
    }
    await renameWithMv(run, part, path, remainder(options, since));
  } catch (error) {
    await removeWithRm(run, part, { deadlineMs: CLEANING_MS }).catch(() => undefined);
    throw error instanceof HostError ? error : new HostFileError('write', path, 'UNKNOWN', error);
  }
}

/** What is at a path, with GNU `stat`. @throws HostFileError */
export async function statWithStat(run: RunFileCommand, path: string, options: CallOptions): Promise<FileStat | null> {
  const result = await run(['stat', '-L', '--printf=%f %s %Y', '--', path], options);
  if (result.exitCode !== 0) {
    const error = failure('look at', path, result);
    if (error.errno === 'ENOENT') {
      return null;
    }
    throw error;
  }
  const [mode, bytes, seconds] = result.stdout.toString('utf8').split(' ');
  const type = Number.parseInt(mode ?? '', 16) & FILE_TYPE_BITS;
  const kind = type === REGULAR_FILE ? 'file' : type === FOLDER ? 'folder' : 'other';
  return { kind, bytes: Number(bytes), modifiedAt: new Date(Number(seconds) * 1_000) };
}

/** Rename over a file that may be there, never into a folder. @throws HostFileError */
export async function renameWithMv(run: RunFileCommand, from: string, to: string, options: CallOptions): Promise<void> {
  const result = await run(['mv', '-f', '-T', '--', from, to], options);
  if (result.exitCode !== 0) {
    throw failure('rename', from, result);
  }
}

/** Remove a file or a folder with all that is in it. @throws HostFileError */
export async function removeWithRm(run: RunFileCommand, path: string, options: CallOptions): Promise<void> {
  const result = await run(['rm', '-rf', '--', path], options);
  if (result.exitCode !== 0) {
    throw failure('remove', path, result);
  }
}

function readableOf(content: FileContent): Readable {
  return typeof content === 'string' || content instanceof Uint8Array ? Readable.from([Buffer.from(content)]) : Readable.from(content);
}
