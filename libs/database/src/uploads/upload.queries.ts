import { DomainError } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';

/** Largest piece of a file that one row holds, in bytes. */
export const UPLOAD_CHUNK_BYTES = 1024 * 1024;

/** A file that nobody took over is swept when nothing was added to it for so long. */
const ABANDONED_AFTER = '1 hour';

/** Begins to store a file; returns the id of the upload. */
export async function beginUpload(db: Queryable, { userId, fileName }: { userId: number; fileName: string }): Promise<string> {
  const rows = await db.query<{ id: string }>('insert into upload (user_id, file_name) values ($1, $2) returning id', [userId, fileName]);
  return rows[0]!.id;
}

/**
 * Adds the next piece of a file, in one statement.
 * @param position from 0
 * @param content at most `UPLOAD_CHUNK_BYTES`
 * @throws DomainError `upload.gone` when the upload was swept meanwhile
 */
export async function appendToUpload(db: Queryable, uploadId: string, position: number, content: Uint8Array): Promise<void> {
  const stored = await db.execute(
    `with seen as (update upload set written_at = clock_timestamp() where id = $1 and activity_id is null returning id)
     insert into upload_chunk (upload_id, position, content) select id, $2, $3 from seen`,
    [uploadId, position, content],
  );
  if (stored !== 1) throw uploadGone();
}

/**
 * Gives a file to the activity that needs it, in the transaction that makes the activity.
 * @throws DomainError `upload.gone` when the upload was swept meanwhile
 */
export async function assignUpload(transaction: Transaction, uploadId: string, activityId: number): Promise<void> {
  const assigned = await transaction.execute('update upload set activity_id = $2 where id = $1 and activity_id is null', [
    uploadId,
    activityId,
  ]);
  if (assigned !== 1) throw uploadGone();
}

/** The content of a file, piece by piece. */
export async function* readUpload(db: Queryable, uploadId: string): AsyncGenerator<Buffer> {
  for (let position = 0; ; position += 1) {
    const rows = await db.query<{ content: Buffer }>('select content from upload_chunk where upload_id = $1 and position = $2', [
      uploadId,
      position,
    ]);
    if (rows[0] === undefined) return;
    yield rows[0].content;
  }
}

/** Removes a file that was not taken over. */
export async function dropUpload(db: Queryable, uploadId: string): Promise<void> {
  await db.execute('delete from upload where id = $1 and activity_id is null', [uploadId]);
}

/** Removes the files of an activity that does not need them any more. */
export async function dropUploadsOfActivity(db: Queryable, activityId: number): Promise<void> {
  await db.execute('delete from upload where activity_id = $1', [activityId]);
}

/** Removes files that were sent an hour ago or earlier and that no activity took over; returns how many. */
export async function sweepAbandonedUploads(db: Queryable): Promise<number> {
  return db.execute(`delete from upload where activity_id is null and written_at < clock_timestamp() - interval '${ABANDONED_AFTER}'`);
}

function uploadGone(): DomainError {
  return new DomainError('refused', 'upload.gone', 'The file was sent too slowly and has been removed. Please send it again.');
}
