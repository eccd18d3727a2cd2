import { Readable, Writable } from 'node:stream';
import { remainder } from '../../call-limits.js';
import { HostFileError } from '../../errors.js';
import { errnoOfMessage } from '../../file-commands/errno-of-message.js';
import type { CallOptions, TransferItem } from '../../host.js';
import { callRemote, type RemoteEnd } from '../commands/call-remote.js';
import { remoteScript } from '../commands/remote-command.js';
import type { SshConnection } from '../connection/ssh-connection.js';
import { ArchiveReader } from './archive-reader.js';

const MAX_STDERR_BYTES = 64 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Names come on standard input, each ended by NUL. Those of files that are there go into the archive; links are followed, so that only
 * ordinary files arrive. The first entry is always the folder itself: tar makes no empty archives.
 */
const PACK_SCRIPT = `LC_ALL=C; export LC_ALL
{ printf ".\\0"; xargs -0 sh -c 'for f do [ ! -f "/$f" ] || printf "%s\\0" "$f"; done' sh; } |
tar -c -f - -h --hard-dereference --no-recursion -C / --null -T -`;

/** For each name one line: why it cannot be read, \`-\` for no file, or nothing. */
const EXPLAIN_SCRIPT = `LC_ALL=C; export LC_ALL
xargs -0 sh -c 'for f do m=$(ls -dL -- "/$f" 2>&1 >/dev/null); [ -n "$m" ] || [ -f "/$f" ] || m=-; printf "%s\\n" "\${m##*: }"; done' sh`;

/**
 * Fetch files as one tar stream. What arrives is taken for what was asked for by its name only, and only as an ordinary file: the cluster is
 * not trusted with the server's disk.
 * @returns the items that do not exist there
 * @throws HostFileError, HostUnavailable
 */
export async function fetchArchive(
  connection: SshConnection,
  marker: string,
  items: readonly TransferItem[],
  options: CallOptions,
): Promise<TransferItem[]> {
  if (items.length === 0) {
    return [];
  }
  const since = performance.now();
  const reader = new ArchiveReader(new Map(items.map((item) => [nameOf(item.hostPath), item])));
  const end = await overNames(connection, marker, PACK_SCRIPT, items, reader, 'fetch', options);
  const missing = items.filter((item) => !reader.received.has(item));
  // 1 is "changed while it was read", as a log may.
  if (end.exitCode !== 0 && end.exitCode !== 1) {
    throw failed(items[0]?.hostPath ?? '', end);
  }
  return missing.length === 0 ? [] : await confirmMissing(connection, marker, missing, remainder(options, since));
}

/** Not received is not yet missing: a folder that may not be entered, or a network file system in trouble, looks the same at first. */
async function confirmMissing(
  connection: SshConnection,
  marker: string,
  items: readonly TransferItem[],
  options: CallOptions,
): Promise<TransferItem[]> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      chunks.push(chunk);
      done(bytes > MAX_ANSWER_BYTES ? new Error('the answer is too long') : null);
    },
  });
  const end = await overNames(connection, marker, EXPLAIN_SCRIPT, items, sink, 'look for', options);
  const reasons = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
  if (end.exitCode !== 0 || reasons.length !== items.length) {
    throw failed(items[0]?.hostPath ?? '', end);
  }
  for (const [index, { hostPath }] of items.entries()) {
    const reason = reasons[index] ?? '';
    const errno = reason === '-' ? 'EISDIR' : errnoOfMessage(`: ${reason}`);
    // Without a reason it appeared meanwhile; the caller looks again, as for one that is missing.
    if (reason !== '' && errno !== 'ENOENT') {
      throw new HostFileError('fetch', hostPath, errno, reason);
    }
  }
  return [...items];
}

async function overNames(
  connection: SshConnection,
  marker: string,
  script: string,
  items: readonly TransferItem[],
  sink: Writable,
  verb: string,
  options: CallOptions,
): Promise<RemoteEnd> {
  const names = items.map(({ hostPath }) => `${nameOf(hostPath)}\0`).join('');
  const remote = {
    call: `${verb} ${items.length} files on ${connection.name}`,
    command: remoteScript(script, [], marker),
    marker,
    lane: 'transfer' as const,
    source: Readable.from([Buffer.from(names)]),
    sink,
    maxStderrBytes: MAX_STDERR_BYTES,
  };
  return await callRemote(connection, remote, options);
}

/** Below the root, and never with a dash in front, which tar would take for an option. */
function nameOf(hostPath: string): string {
  return `./${hostPath.replace(/^\/+/, '')}`;
}

function failed(path: string, { stderr }: RemoteEnd): HostFileError {
  const message = stderr.toString('utf8').trim();
  return new HostFileError('fetch', path, errnoOfMessage(message.split('\n')[0] ?? ''), message);
}
