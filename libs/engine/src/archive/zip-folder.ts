import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** How to zip a folder. */
export interface ZipOptions {
  /** Files to leave out, by their path below the folder. */
  readonly exclude: (path: string) => boolean;
  readonly signal: AbortSignal;
}

/** A file up to this size is read at once: a stream costs ten times as much as the content of most files of a job. */
const SMALL_BYTES = 256 * 1024;
/** Compressing less than this makes it larger. */
const COMPRESSED_BYTES = 128;
/** Small files read in one turn of the event loop. */
const FILES_PER_TURN = 32;

/**
 * Writes every file of a folder into an archive, names relative to the folder; folders have no entries of their own. Memory does not grow
 * with the folder.
 * @returns the number of entries
 * @throws the system's error, the signal's reason
 */
export async function zipFolder(folder: string, target: string, { exclude, signal }: ZipOptions): Promise<number> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_, reject) => zip.once('error', reject));
  const written = pipeline(zip.outputStream, createWriteStream(target), { signal });
  const filled = fill(zip, folder, exclude, signal);
  const [count] = await Promise.race([Promise.all([filled, written]), failed]);
  return count;
}

async function fill(zip: ZipFile, folder: string, exclude: ZipOptions['exclude'], signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const path of listFiles(folder)) {
    if (exclude(path)) continue;
    addFile(zip, join(folder, path), path);
    count += 1;
    if (count % FILES_PER_TURN > 0) continue;
    // Until the archive has taken what was added: memory stays bounded by one turn's files.
    do await nextTurn(undefined, { signal });
    while ((zip.outputStream as Readable).readableLength > 0);
  }
  zip.end();
  return count;
}

function addFile(zip: ZipFile, path: string, name: string): void {
  const { size, mtime, mode } = statSync(path);
  if (size <= SMALL_BYTES) {
    zip.addBuffer(readFileSync(path), name, { mtime, mode, compress: size >= COMPRESSED_BYTES });
    return;
  }
  zip.addReadStreamLazy(name, { mtime, mode }, (give) => {
    const stream = createReadStream(path);
    stream.once('error', (error) => give(error, stream));
    stream.once('open', () => give(null, stream));
  });
}

/** Number of files that {@link zipFolder} would write. */
export async function countFiles(folder: string, exclude: (path: string) => boolean): Promise<number> {
  let count = 0;
  for await (const path of listFiles(folder)) if (!exclude(path)) count += 1;
  return count;
}

/** Paths of all regular files below a folder, relative to it, in order of names. */
async function* listFiles(folder: string, below = ''): AsyncGenerator<string, void, undefined> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* listFiles(folder, path);
    else if (entry.isFile()) yield path;
  }
}
