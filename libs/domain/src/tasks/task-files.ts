import { sanitizeName } from '../paths/sanitize-name.js';

/** A file name may have 255 bytes; a task name of the API more. */
const MAX_FOLDER_NAME_BYTES = 255;

/**
 * Folder of a workflow task below the job's folder: its place in the workflow and its task's name (contract: runner.md 8.1). A name too
 * long for a file system is cut; the order keeps the folder unique.
 */
export function taskFolderName(order: number, taskName: string): string {
  const name = `${order}_${sanitizeName(taskName)}`;
  let bytes = 0;
  let end = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_FOLDER_NAME_BYTES) return name.slice(0, end);
    end += character.length;
  }
  return name;
}

/** What the files of a non-parallel unit, or of an init part, begin with. */
export const NON_PARALLEL_STEM = 'non_par-';

/**
 * What the files of a parallel unit begin with: number of its batch, and its index in the whole run. `batchSize` 0 or null puts all units
 * into one batch.
 */
export function parallelStem(index: number, batchSize: number | null): string {
  const batch = batchSize === null || batchSize === 0 ? 0 : Math.floor(index / batchSize);
  return `par-${String(batch).padStart(6, '0')}-${String(index).padStart(7, '0')}`;
}

/** Names of the files of one unit, below its task's folder. */
export interface UnitFiles {
  readonly args: string;
  readonly log: string;
  /** Where the task writes what it has to say; absent when it says nothing. */
  readonly metadiff: string;
}

/** The files that belong to a stem. */
export function unitFiles(stem: string): UnitFiles {
  return { args: `${stem}-args.json`, log: `${stem}-log.txt`, metadiff: `${stem}-metadiff.json` };
}
