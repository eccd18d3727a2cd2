import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '../../jobs/files/open-regular-file.js';
import { HEAD_BYTES, TAIL_BYTES, WHOLE_LOG_BYTES, type LogExcerpt } from './log-excerpt.js';

/** Reads a log that may still be growing, as long as it is now. @returns null when there is none */
export async function readLogFile(path: string): Promise<LogExcerpt | null> {
  const file = await openRegularFile(path);
  if (file === null) return null;
  const { handle, bytes } = file;
  try {
    if (bytes <= WHOLE_LOG_BYTES) {
      const head = await readAt(handle, 0, bytes);
      return { head, tail: new Uint8Array(), totalBytes: head.length };
    }
    const head = await readAt(handle, 0, HEAD_BYTES);
    return { head, tail: await readAt(handle, bytes - TAIL_BYTES, TAIL_BYTES), totalBytes: bytes };
  } finally {
    await handle.close();
  }
}

/** Fewer bytes when the file has been cut meanwhile. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
