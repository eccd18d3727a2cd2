import { open } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import { HostFileError } from '../../errors.js';
import { errnoOf } from '../../local/within-limits.js';

const BLOCK = 512;
const CHUNK_BYTES = 256 * 1024;
const PERMISSION_BITS = 0o777;

/** One file of the server and the name that it has in the archive. */
export interface ArchiveEntry {
  readonly localPath: string;
  readonly name: string;
}

/** A tar archive of files, in pieces of about 256 KiB, of which no more than one is in memory. @throws HostFileError */
export async function* archiveOf(entries: readonly ArchiveEntry[]): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(entries)) {
    waiting.push(piece);
    bytes += piece.length;
    // Each piece is a packet: thousands of small ones cost more than what is in them.
    if (bytes >= CHUNK_BYTES) {
      yield Buffer.concat(waiting);
      [waiting, bytes] = [[], 0];
    }
  }
  yield Buffer.concat([...waiting, Buffer.alloc(2 * BLOCK)]);
}

async function* piecesOf(entries: readonly ArchiveEntry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    try {
      yield* fileInArchive(entry);
    } catch (error) {
      throw error instanceof HostFileError ? error : new HostFileError('send', entry.localPath, errnoOf(error), error);
    }
  }
}

async function* fileInArchive({ localPath, name }: ArchiveEntry): AsyncGenerator<Buffer> {
  const file = await open(localPath, 'r');
  try {
    const { size, mode, mtime } = await file.stat();
    yield* headerOf(name, size, mode & PERMISSION_BITS, mtime);
    let sent = 0;
    while (sent < size) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - sent)));
      if (bytesRead === 0) {
        throw new Error('the file became shorter while it was sent');
      }
      sent += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  } finally {
    await file.close();
  }
}

function* headerOf(path: string, size: number, mode: number, mtime: Date): Generator<Buffer> {
  const header = new Header({ path, size, mode, mtime, type: 'File', uid: 0, gid: 0 });
  header.encode();
  if (header.needPax) {
    // Long names and large sizes; its lengths count bytes, so any name is safe in it.
    yield new Pax({ path, size }).encode();
  }
  if (header.block === undefined) {
    throw new Error('a header without a block');
  }
  yield header.block;
}
