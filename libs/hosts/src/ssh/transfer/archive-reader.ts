import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { Parser, type ReadEntry } from 'tar';
import { HostFileError } from '../../errors.js';
import type { TransferItem } from '../../host.js';
import { replaceFile } from '../../local/replace-file.js';
import { errnoOf } from '../../local/within-limits.js';

/** The largest file that is taken from a cluster: far more than a log, far less than a disk. */
const MAX_FILE_BYTES = 8 * 1024 ** 3;

/** What every archive of ours begins with. */
const FIRST_ENTRY = './';

/**
 * Reads a tar archive that somebody else made. Only ordinary files are taken, only under a name that was asked for, and each goes to the one
 * place on the server's disk that was meant for it, whatever else the archive says. Anything else ends the reading with an error.
 */
export class ArchiveReader extends Writable {
  /** What has arrived as a whole and is in its place. */
  readonly received = new Set<TransferItem>();
  private readonly parser: Parser;
  private readonly folders = new Set<string>();
  private readonly begun = new Set<TransferItem>();
  /** Files that have been read, and are not yet in their places while the next one is being read. */
  private readonly storing = new Set<Promise<void>>();

  /** @param wanted by name in the archive */
  constructor(private readonly wanted: ReadonlyMap<string, TransferItem>) {
    super();
    this.parser = new Parser({
      strict: true,
      onReadEntry: (entry) => {
        if (entry.path === FIRST_ENTRY && entry.type === 'Directory') {
          entry.resume();
          return;
        }
        void this.keep(entry);
      },
    });
    this.parser.on('error', (error: unknown) => this.destroy(unreadable(error)));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.parser.write(chunk)) {
      done();
    } else {
      this.parser.once('drain', () => done());
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.parser.once('end', () => void this.finish(done));
    this.parser.end();
  }

  private async finish(done: (error?: Error | null) => void): Promise<void> {
    try {
      await Promise.all(this.storing);
    } catch {
      // It has destroyed this stream, which tells why.
      return;
    }
    done();
  }

  private async keep(entry: ReadEntry): Promise<void> {
    const storing = this.store(entry);
    this.storing.add(storing);
    try {
      await storing;
      this.storing.delete(storing);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private async makeFolder(folder: string): Promise<void> {
    if (!this.folders.has(folder)) {
      await mkdir(folder, { recursive: true });
      this.folders.add(folder);
    }
  }

  private async store(entry: ReadEntry): Promise<void> {
    const item = this.wanted.get(entry.path);
    if (item === undefined || this.begun.has(item)) {
      throw unreadable(`it holds '${entry.path}', which was not asked for`);
    }
    this.begun.add(item);
    if (entry.type !== 'File' && entry.type !== 'OldFile') {
      throw new HostFileError('fetch', item.hostPath, 'EINVAL', `it is no ordinary file but a ${entry.type}`);
    }
    if (entry.size > MAX_FILE_BYTES) {
      throw new HostFileError('fetch', item.hostPath, 'EFBIG', `it has ${entry.size} bytes`);
    }
    try {
      await this.makeFolder(dirname(item.localPath));
      await replaceFile(item.localPath, async (part) => await fill(part, entry));
    } catch (error) {
      throw error instanceof HostFileError ? error : new HostFileError('write', item.localPath, errnoOf(error), error);
    }
    this.received.add(item);
  }
}

async function fill(part: string, entry: ReadEntry): Promise<void> {
  const file = await open(part, 'wx');
  try {
    let written = 0;
    for await (const chunk of entry) {
      await file.appendFile(chunk);
      written += chunk.length;
    }
    if (written !== entry.size) {
      throw new Error('the archive ends in the middle of it');
    }
  } finally {
    await file.close();
  }
}

function unreadable(reason: unknown): HostFileError {
  return new HostFileError(
    'fetch',
    'archive',
    'EINVAL',
    reason instanceof Error ? reason : `The host sent an archive that is not to be trusted: ${String(reason)}`,
  );
}
