import { appendToUpload, beginUpload, dropUpload, UPLOAD_CHUNK_BYTES, type Database } from '@fractal-server/database';
import type { FileStore } from '../http/body/file-store.js';
import { piecesOf } from './pieces-of.js';

/**
 * Keeps files as rows of 1 MiB, each stored in a short transaction of its own, so that any worker on any machine can fetch them and no
 * transaction lasts as long as a slow client.
 */
export class UploadStore implements FileStore {
  constructor(private readonly database: Database) {}

  async store({ userId, filename }: { userId: number; filename: string }, content: AsyncIterable<Buffer>): Promise<string> {
    const uploadId = await beginUpload(this.database, { userId, fileName: filename });
    try {
      let position = 0;
      for await (const piece of piecesOf(content, UPLOAD_CHUNK_BYTES)) {
        await appendToUpload(this.database, uploadId, position, piece);
        position += 1;
      }
      return uploadId;
    } catch (error) {
      // What cannot be removed now is swept.
      await dropUpload(this.database, uploadId).catch(() => undefined);
      throw error;
    }
  }

  async dropUnclaimed(uploadIds: readonly string[]): Promise<void> {
    for (const uploadId of uploadIds) await dropUpload(this.database, uploadId).catch(() => undefined);
  }
}
