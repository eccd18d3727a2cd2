import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { openRegularFile } from './open-regular-file.js';

/**
 * All files of a folder as a deflate archive, names relative to the folder, made while it is read: one open file and little memory, however
 * large the folder is. A folder that is not there gives an empty archive. A file that vanishes meanwhile (a job is writing here) is left
 * out; when the whole folder does, the stream breaks rather than pretend to be complete.
 */
export function streamFolderAsZip(folder: string, isLeftOut: (path: string) => boolean): Readable {
  const zip = new ZipFile();
  const archive = zip.outputStream as Readable;
  zip.once('error', (error) => archive.destroy(error as Error));
  addFiles(zip, archive, folder, isLeftOut).catch((error: unknown) => archive.destroy(error as Error));
  return archive;
}

async function addFiles(zip: ZipFile, archive: Readable, folder: string, isLeftOut: (path: string) => boolean): Promise<void> {
  let hasMissed = false;
  for await (const path of listFiles(folder)) {
    if (archive.destroyed) return;
    if (isLeftOut(path)) continue;
    const file = await openRegularFile(join(folder, path));
    if (file === null) {
      hasMissed = true;
      continue;
    }
    // As long as now: what a running unit adds to its log meanwhile would not end.
    const content = file.handle.createReadStream({ start: 0, end: Math.max(0, file.bytes - 1) });
    const leave = (): void => void content.destroy();
    archive.once('close', leave);
    zip.addReadStream(content, path);
    await finished(content).catch((error: unknown) => {
      if (!archive.destroyed) throw error;
    });
    archive.off('close', leave);
  }
  if (hasMissed) await stat(folder);
  zip.end();
}

/** Paths of all regular files below a folder, relative to it, in order of names. */
async function* listFiles(folder: string, below = ''): AsyncGenerator<string, void, undefined> {
  for (const entry of await entriesOf(join(folder, below), below === '')) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* listFiles(folder, path);
    else if (entry.isFile()) yield path;
  }
}

async function entriesOf(folder: string, mayBeMissing: boolean) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
