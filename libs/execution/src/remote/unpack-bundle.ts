import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Parser, type ReadEntry } from 'tar';
import { MAX_UNIT_FILE_BYTES } from './fetch-files.js';
import { writeWholeFile } from './whole-file.js';

/** Where a bundle lies in a file of the server, and what may come out of it. */
export interface PackedBundle {
  readonly archivePath: string;
  /** First byte of the bundle in the archive file. */
  readonly offset: number;
  readonly bytes: number;
  /** Takes the files. */
  readonly localTaskFolder: string;
  /** Names that may come out: plain names, without any folder. */
  readonly names: ReadonlySet<string>;
}

/** A bundle holds something that no unit runner packs: a name that is not asked for, a link, a size that cannot be. */
export class BundleRefused extends Error {
  readonly code = 'bundle_refused';

  constructor(what: string, options?: ErrorOptions) {
    super(`The bundle of an attempt was not packed by a unit runner: ${what}`, options);
    this.name = 'BundleRefused';
  }
}

/** A larger entry goes to the disk piece by piece. */
const SMALL_ENTRY_BYTES = 1024 * 1024;
/** Files that are being written at the same time. */
const MAX_WRITING = 16;

/**
 * Put the files of a bundle in place, each of them whole. The bundle comes from a folder of the user: nothing but plain files under the expected names
 * is taken, and none twice.
 * @throws BundleRefused at the first entry that is not expected; files before it are in their place. HostFileError when the server's disk does not
 *   take a file
 */
export async function unpackBundle(bundle: PackedBundle): Promise<void> {
  const unpacking = new Unpacking(bundle);
  const { archivePath, offset, bytes } = bundle;
  const stream = createReadStream(archivePath, { start: offset, end: offset + bytes - 1 });
  try {
    for await (const chunk of stream) await unpacking.add(chunk as Buffer);
    await unpacking.end();
  } finally {
    await unpacking.close();
  }
}

class Unpacking {
  private readonly left: Set<string>;
  private readonly parser: Parser;
  private readonly writing = new Map<ReadEntry, Promise<void>>();
  private totalBytes = 0;
  private trouble: Error | null = null;
  private hasEnded = false;
  private wake: () => void = () => undefined;

  constructor(private readonly bundle: PackedBundle) {
    this.left = new Set(bundle.names);
    // gzip is recognized whatever one says; what comes out of it meets the same limits.
    this.parser = new Parser({ strict: true, brotli: false, zstd: false, onReadEntry: (entry) => this.take(entry) });
    this.parser.on('error', (error: Error) => this.fail(new BundleRefused(error.message, { cause: error })));
    this.parser.on('drain', () => this.wake());
    this.parser.on('end', () => {
      this.hasEnded = true;
      this.wake();
    });
  }

  async add(chunk: Buffer): Promise<void> {
    const drained = this.nextNews();
    const isTaken = this.parser.write(chunk);
    if (!isTaken && this.trouble === null) await drained;
    while (this.writing.size > MAX_WRITING && this.trouble === null) await Promise.race(this.writing.values());
    this.throwTrouble();
  }

  async end(): Promise<void> {
    const ended = this.nextNews();
    this.parser.end();
    if (!this.hasEnded && this.trouble === null) await ended;
    await Promise.race([Promise.all(this.writing.values()), this.nextNews()]);
    this.throwTrouble();
  }

  /** Ends what is still being written, which is nothing after a good end. */
  async close(): Promise<void> {
    for (const entry of this.writing.keys()) entry.destroy(new Error('the bundle was given up'));
    await Promise.all(this.writing.values());
  }

  private take(entry: ReadEntry): void {
    const refusal = this.refusalOf(entry);
    if (refusal !== null) {
      this.fail(new BundleRefused(refusal));
      entry.resume();
      return;
    }
    this.left.delete(entry.path);
    const written = this.write(entry)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.writing.delete(entry));
    this.writing.set(entry, written);
  }

  private refusalOf({ path, type, size }: ReadEntry): string | null {
    if (this.trouble !== null) return 'it was refused before';
    if (!this.left.has(path)) return `it holds ${JSON.stringify(path)}, or holds it twice`;
    if (type !== 'File') return `${path} is a ${type}`;
    this.totalBytes += size;
    if (size > MAX_UNIT_FILE_BYTES || this.totalBytes > this.bundle.bytes) return `${path} is too large`;
    return null;
  }

  private async write(entry: ReadEntry): Promise<void> {
    const path = join(this.bundle.localTaskFolder, entry.path);
    await writeWholeFile(path, entry.size <= SMALL_ENTRY_BYTES ? await entry.concat() : entry);
  }

  private fail(error: unknown): void {
    this.trouble ??= error instanceof Error ? error : new Error(String(error));
    this.wake();
  }

  private throwTrouble(): void {
    if (this.trouble !== null) throw this.trouble;
  }

  /** Resolves when the parser wants more, has ended, or something went wrong. */
  private nextNews(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
