import { randomBytes } from 'node:crypto';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { HostFileError } from '@fractal-server/hosts';

/**
 * Put a file of the server's disk in its place whole: written beside it, then renamed. Of two writers the later one counts.
 * @throws HostFileError, with nothing left behind
 */
export async function writeWholeFile(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    if (content instanceof Uint8Array) await writeFile(part, content);
    else await writePieces(part, content);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    const errno = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
    throw new HostFileError('write', path, errno, error);
  }
}

async function writePieces(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const piece of content) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}
