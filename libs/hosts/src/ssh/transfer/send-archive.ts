import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { remainder } from '../../call-limits.js';
import { HostFileError } from '../../errors.js';
import { errnoOfMessage } from '../../file-commands/errno-of-message.js';
import type { CallOptions, TransferItem } from '../../host.js';
import { errnoOf } from '../../local/within-limits.js';
import { callRemote } from '../commands/call-remote.js';
import { remoteScript } from '../commands/remote-command.js';
import type { SshConnection } from '../connection/ssh-connection.js';
import { archiveOf } from './write-archive.js';

const MAX_STDERR_BYTES = 64 * 1024;
/** A command line of Linux takes 128 KiB a word; quotes make names longer. */
const MAX_FOLDER_TEXT = 48 * 1024;

/** With more files in one folder, a pattern in its place may be too long for a command line. */
const MAX_PATTERN_FILES = 1_000;

/**
 * Parameters: the name of the passing folders, then for each target folder how its files are named (`glob`: by a pattern; `find`: hidden ones
 * among them, or very many) and its path. Each file is unpacked into a passing folder inside its target folder, and put in its place by
 * rename(2) only when the archive has arrived: nobody sees half a file. Whatever goes wrong, also a connection that breaks, the passing
 * folders are removed. Few processes: one for each folder.
 */
const UNPACK_SCRIPT = `LC_ALL=C; export LC_ALL
p=$1; shift; n=$#
tar -x -m -o -f - -C /; r=$?
while [ $n -gt 0 ]; do
  k=$1 d=$2; shift 2; n=$((n - 2)); set -- "$@" "$d/$p"
  [ $r -eq 0 ] || continue
  case $k in
    glob) mv -f -t "$d/" -- "$d/$p"/* || r=$? ;;
    find) find "$d/$p" -mindepth 1 -exec mv -f -t "$d/" -- {} + || r=$? ;;
  esac
done
rm -rf -- "$@" || r=$?
exit $r`;

/** Send files as one tar stream, parents made. @throws HostFileError, HostUnavailable */
export async function sendArchive(
  connection: SshConnection,
  marker: string,
  items: readonly TransferItem[],
  options: CallOptions,
): Promise<void> {
  const since = performance.now();
  await Promise.all(items.map(refuseUnsendable));
  for (const wave of inWaves(items)) {
    await sendWave(connection, marker, wave, remainder(options, since));
  }
}

async function sendWave(connection: SshConnection, marker: string, items: readonly TransferItem[], options: CallOptions): Promise<void> {
  const passing = `.${randomBytes(6).toString('hex')}.part`;
  const entries = items.map(({ localPath, hostPath }) => ({
    localPath,
    name: posix.join('.', posix.dirname(hostPath), passing, posix.basename(hostPath)).replace(/^\/+/, ''),
  }));
  const remote = {
    call: `send ${items.length} files to ${connection.name}`,
    command: remoteScript(UNPACK_SCRIPT, [passing, ...foldersOf(items).flatMap(([folder, names]) => [wayOf(names), folder])], marker),
    marker,
    lane: 'transfer' as const,
    source: Readable.from(archiveOf(entries), { objectMode: false }),
    sink: new Writable({ write: (_chunk, _encoding, done) => done() }),
    maxStderrBytes: MAX_STDERR_BYTES,
  };
  const { exitCode, stderr } = await callRemote(connection, remote, options);
  if (exitCode !== 0) {
    const message = stderr.toString('utf8').trim();
    throw new HostFileError('send', items[0]?.hostPath ?? '', errnoOfMessage(firstLine(message)), message);
  }
}

async function refuseUnsendable({ localPath, hostPath }: TransferItem): Promise<void> {
  if (!posix.isAbsolute(hostPath) || posix.normalize(hostPath) !== hostPath || hostPath.endsWith('/')) {
    throw new TypeError(`'${hostPath}' is no absolute, normal path of a file`);
  }
  try {
    if (!(await stat(localPath)).isFile()) {
      throw new HostFileError('send', localPath, 'EISDIR');
    }
  } catch (error) {
    throw error instanceof HostFileError ? error : new HostFileError('send', localPath, errnoOf(error), error);
  }
}

function foldersOf(items: readonly TransferItem[]): [folder: string, names: readonly string[]][] {
  const byFolder = new Map<string, string[]>();
  for (const { hostPath } of items) {
    const names = byFolder.get(posix.dirname(hostPath)) ?? [];
    names.push(posix.basename(hostPath));
    byFolder.set(posix.dirname(hostPath), names);
  }
  return [...byFolder];
}

function wayOf(names: readonly string[]): 'glob' | 'find' {
  return names.length > MAX_PATTERN_FILES || names.some((name) => name.startsWith('.')) ? 'find' : 'glob';
}

/** As few waves as the length of a command line allows: nearly always one. */
function* inWaves(items: readonly TransferItem[]): Generator<readonly TransferItem[]> {
  let wave: TransferItem[] = [];
  let folders = new Set<string>();
  let length = 0;
  for (const item of items) {
    const folder = posix.dirname(item.hostPath);
    if (!folders.has(folder) && length + folder.length > MAX_FOLDER_TEXT) {
      yield wave;
      [wave, folders, length] = [[], new Set(), 0];
    }
    if (!folders.has(folder)) {
      folders.add(folder);
      length += Buffer.byteLength(folder) + 8;
    }
    wave.push(item);
  }
  if (wave.length > 0) {
    yield wave;
  }
}

/** Of several messages the first one says why; what follows from it comes later. */
function firstLine(message: string): string {
  return message.split('\n')[0] ?? '';
}
