import yauzl from 'yauzl';
import { HEAD_BYTES, TAIL_BYTES, WHOLE_LOG_BYTES, type LogExcerpt } from './log-excerpt.js';
import { openRegularFile } from '../../jobs/files/open-regular-file.js';

/** The archive has no such member: the unit wrote no log. */
export class NoSuchMemberError extends Error {
  constructor(archive: string, member: string) {
    super(`${archive} has no member ${member}`);
    this.name = 'NoSuchMemberError';
  }
}

/**
 * Reads a log from a job's archive. Of a long one the middle is unpacked and dropped, so that memory does not grow with it.
 * @returns null when there is no archive
 * @throws NoSuchMemberError, and whatever is wrong with the archive
 */
export async function readLogInArchive(archive: string, member: string): Promise<LogExcerpt | null> {
  const file = await openRegularFile(archive);
  if (file === null) return null;
  try {
    const zip = await yauzl.fromFdPromise(file.handle.fd, { lazyEntries: true, autoClose: false });
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === member) return await excerptOf(await zip.openReadStreamPromise(entry), entry.uncompressedSize);
    }
    throw new NoSuchMemberError(archive, member);
  } finally {
    await file.handle.close();
  }
}

async function excerptOf(content: AsyncIterable<Buffer>, totalBytes: number): Promise<LogExcerpt> {
  const isWhole = totalBytes <= WHOLE_LOG_BYTES;
  const headEnd = isWhole ? totalBytes : HEAD_BYTES;
  const tailStart = isWhole ? totalBytes : totalBytes - TAIL_BYTES;
  const head: Buffer[] = [];
  const tail: Buffer[] = [];
  let position = 0;
  for await (const chunk of content) {
    head.push(chunk.subarray(0, Math.max(0, headEnd - position)));
    tail.push(chunk.subarray(Math.max(0, tailStart - position)));
    position += chunk.length;
  }
  return { head: Buffer.concat(head), tail: Buffer.concat(tail), totalBytes };
}
