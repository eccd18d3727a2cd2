import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';

/** Put a whole new file in the place of `path`; the unfinished one is never left behind. */
export async function replaceFile(path: string, fill: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await fill(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
