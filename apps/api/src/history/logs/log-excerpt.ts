import { cleanText, decodeLeniently } from '@fractal-server/domain';

/** A log of at most this size is shown as it is; of a longer one the beginning, which tells what ran, and the end, which tells why it failed. */
export const WHOLE_LOG_BYTES = 4 * 1024 * 1024;
/** What is kept of the beginning of a longer one. */
export const HEAD_BYTES = 1024 * 1024;
/** What is kept of its end. */
export const TAIL_BYTES = WHOLE_LOG_BYTES - HEAD_BYTES;

/** The parts of a log that are shown, in bytes. */
export interface LogExcerpt {
  readonly head: Uint8Array;
  /** Empty when the head is the whole log. */
  readonly tail: Uint8Array;
  readonly totalBytes: number;
}

/** The text of a log: what is not UTF-8 is replaced, what was left out is named. */
export function textOf({ head, tail, totalBytes }: LogExcerpt): string {
  const left = totalBytes - head.length - tail.length;
  const text = left === 0 ? decodeLeniently(Buffer.concat([head, tail])) : `${decodeLeniently(head)}${note(left)}${decodeLeniently(tail)}`;
  return cleanText(text);
}

function note(left: number): string {
  return `\n[... ${left} bytes left out; the whole log is in the download of the job ...]\n`;
}
