import { createReadStream, createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** How to zip a folder. */
export interface ZipOptions {
  /** Files to leave out, by their path below the folder. */
  readonly exclude: (path: string) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Writes every file of a folder into a deflate archive, names relative to the folder; folders have no entries of their own.
 * @returns the number of entries
 * @throws the system's error, the signal's reason
 */
export async function zipFolder(folder: string, target: string, { exclude, signal }: ZipOptions): Promise<number> {
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(target), { signal });
  const failed = new Promise<never>((_, reject) => zip.once('error', reject));
  let count = 0;
  const filled = (async () => {
    for await (const path of listFiles(folder)) {
      if (exclude(path)) continue;
      zip.addReadStreamLazy(path, (give) => {
        const stream = createReadStream(join(folder, path));
        stream.once('error', (error) => give(error, stream));
        stream.once('open', () => give(null, stream));
      });
      count += 1;
    }
    zip.end();
  })();
  await Promise.race([Promise.all([filled, written]), failed]);
  return count;
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
