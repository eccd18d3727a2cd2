import { open } from 'node:fs/promises';
import { attemptFiles } from '../attempt/attempt-folder.js';
import { parseResults } from './parse-results.js';
import type { UnitResult } from './unit-result.js';

/** How far `results` has been read. A plain value: it may be stored, and reading again from an older one is harmless. */
export interface ResultsCursor {
  readonly offset: number;
  /** Valid lines before `offset`. */
  readonly lines: number;
}

/** Where reading begins. */
export const RESULTS_START: ResultsCursor = { offset: 0, lines: 0 };

/** News from an attempt. */
export interface Progress {
  /** To be given to the next {@link readProgress}. */
  readonly cursor: ResultsCursor;
  /** Indices of units started since the last look, whether they have ended or not. */
  readonly started: readonly number[];
  /** Results since the last look, oldest first. A unit may occur twice in rare cases of trouble with the disk; the first one counts. */
  readonly results: readonly UnitResult[];
  /** There is more than fitted in one look: look again at once. */
  readonly more: boolean;
}

/** Bytes read in one look: bounds memory however many units ended meanwhile. */
const BYTES_PER_LOOK = 4 * 1024 * 1024;

/**
 * Read what a runner has written since the last look. No file yet is no news.
 * @throws the system's error when the file cannot be read
 */
export async function readProgress(folder: string, from: ResultsCursor): Promise<Progress> {
  const bytes = await readFrom(attemptFiles(folder).results, from.offset);
  const { started, results, lines, consumed } = parseResults(bytes);
  return {
    cursor: { offset: from.offset + consumed, lines: from.lines + lines },
    started,
    results,
    more: bytes.length === BYTES_PER_LOOK && consumed > 0,
  };
}

async function readFrom(path: string, offset: number): Promise<Uint8Array> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return new Uint8Array();
    }
    throw error;
  }
  try {
    const size = Math.min(Math.max((await file.stat()).size - offset, 0), BYTES_PER_LOOK);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
