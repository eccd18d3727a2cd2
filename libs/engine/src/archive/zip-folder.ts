import { runChecked, type CallOptions, type Commands } from '@fractal-server/hosts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Lies beside `src` and `dist`. */
const PROGRAM_PATH = fileURLToPath(new URL('../../archiver/zip_folder.py', import.meta.url));

/** What to zip, and where to. */
export interface ZipOrder {
  readonly folder: string;
  /** Must not exist. */
  readonly target: string;
  /** Paths below the folder. */
  readonly leftOut: readonly string[];
}

/**
 * Writes every regular file of a folder into an archive, names relative to the folder; folders have no entries of their own. A small Python
 * program does it, beside the work of this process and at the lowest priority: a large job leaves a hundred thousand files.
 * @returns the number of entries
 * @throws HostError
 */
export async function zipFolder(host: Commands, { folder, target, leftOut }: ZipOrder, options: CallOptions): Promise<number> {
  const { stdout } = await runChecked(host, ['python3', '-I', '-S', PROGRAM_PATH, folder, target, ...leftOut], options);
  return Number(stdout.toString('utf8'));
}

/** Number of files that {@link zipFolder} would write. @throws the system's error */
export async function countFiles(folder: string, leftOut: readonly string[]): Promise<number> {
  const excluded = new Set(leftOut.map((path) => join(folder, path)));
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile() && !excluded.has(join(entry.parentPath, entry.name))).length;
}
