import { readFile } from 'node:fs/promises';
import { attemptFiles } from '../attempt/attempt-folder.js';
import type { PartsCursor } from './parts-cursor.js';
import type { ResultsCursor } from './read-progress.js';

/** Why a runner ended. */
export type EndReason =
  /** every unit has a result */
  | 'completed'
  /** a `stop` was in the attempt's folder */
  | 'stopped'
  /** somebody else sent SIGTERM: the site shuts down, a time limit has come */
  | 'terminated'
  /** the disk was full; units without a line were not started */
  | 'disk full'
  /** the results could not be written for another reason of the site */
  | 'write error';

/** The runner's last word, written after every process of the attempt has ended. */
export interface EndMarker {
  readonly token: string;
  readonly reason: EndReason;
  /** Lines in `results`. */
  readonly lines: number;
  /** Size of `results`. */
  readonly bytes: number;
  /** Units started. */
  readonly started: number;
  /** Units with a result. */
  readonly finished: number;
}

/** The end marker of an attempt on a cluster. */
export interface ClusterEndMarker extends EndMarker {
  /** Closed parts of `results`. */
  readonly parts: number;
  /** Size of the bundle; null when there is none, since the disk had no room for it or the attempt runs commands. */
  readonly bundle: number | null;
}

const REASONS: readonly string[] = ['completed', 'stopped', 'terminated', 'disk full', 'write error'] satisfies EndReason[];

/** The end marker of an attempt, or null while there is none. @throws the system's error when the folder cannot be read */
export async function readEndMarker(folder: string): Promise<EndMarker | null> {
  const path = attemptFiles(folder).end;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
  return parseEndMarker(path, text);
}

/** Read an end marker's text. @throws EndMarkerUnreadable */
export function parseEndMarker(path: string, text: string): EndMarker {
  const value = parseJson(path, text);
  if (!isEndMarker(value)) {
    throw new EndMarkerUnreadable(path);
  }
  return value;
}

/** Read the text of an end marker that a runner left on a cluster. @throws EndMarkerUnreadable */
export function parseClusterEndMarker(path: string, text: string): ClusterEndMarker {
  const value = parseJson(path, text);
  if (!isEndMarker(value) || !isClusterEndMarker(value)) {
    throw new EndMarkerUnreadable(path);
  }
  return value;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EndMarkerUnreadable(path);
  }
}

/** The end marker is not one that a runner wrote: somebody else wrote into the attempt folder. */
export class EndMarkerUnreadable extends Error {
  readonly code = 'end_marker_unreadable';

  constructor(readonly path: string) {
    super(`The end marker '${path}' was not written by a unit runner`);
    this.name = 'EndMarkerUnreadable';
  }
}

/**
 * Have all lines that the end marker promises been read? On a network file system they may come later than the marker; the reader then lists
 * the folder and looks again for a grace time (60 s), and only then settles what is missing as missing.
 */
export function hasAllLines(marker: EndMarker, cursor: ResultsCursor | PartsCursor): boolean {
  return cursor.lines >= marker.lines;
}

function isEndMarker(value: unknown): value is EndMarker {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const marker = value as Partial<Record<keyof EndMarker, unknown>>;
  return (
    typeof marker.token === 'string' &&
    typeof marker.reason === 'string' &&
    REASONS.includes(marker.reason) &&
    [marker.lines, marker.bytes, marker.started, marker.finished].every((number) => Number.isSafeInteger(number))
  );
}

function isClusterEndMarker(value: EndMarker): value is ClusterEndMarker {
  const marker = value as Partial<Record<keyof ClusterEndMarker, unknown>>;
  return Number.isSafeInteger(marker.parts) && (marker.bundle === null || Number.isSafeInteger(marker.bundle));
}
