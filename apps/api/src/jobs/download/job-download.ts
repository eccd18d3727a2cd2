import { StreamableFile } from '@nestjs/common';
import type { ShownJob } from '@fractal-server/database';
import { jobArchiveName } from '@fractal-server/domain';
import { openJobArchive } from '../files/open-job-archive.js';

/** Exactly this, without a charset: fractal-client looks at it. */
export const ARCHIVE_TYPE = 'application/x-zip-compressed';

/** The files of a job as an answer (contract: api-execution 5.6). */
export async function downloadJob({ workingDir }: Pick<ShownJob, 'workingDir'>): Promise<StreamableFile> {
  const { stream, bytes } = await openJobArchive(workingDir);
  const disposition = `attachment;filename=${jobArchiveName(workingDir)}`;
  return new StreamableFile(stream, { type: ARCHIVE_TYPE, disposition, ...(bytes === undefined ? {} : { length: bytes }) });
}
