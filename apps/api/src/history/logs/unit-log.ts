import type { UnitLogPlace } from '@fractal-server/database';
import { relative } from 'node:path';
import { archivePathOf } from '../../jobs/files/open-job-archive.js';
import { withinDeadline } from '../../jobs/files/within-deadline.js';
import type { Logger } from '../../logging/logger.js';
import type { HistoryAnswerable } from '../history-access.js';
import { textOf, type LogExcerpt } from './log-excerpt.js';
import { readLogFile } from './read-log-file.js';
import { readLogInArchive } from './read-log-in-archive.js';

/**
 * The log of a unit as text, or a text that says why there is none (contract: api-execution 6.6). A log that cannot be read is no error of
 * the request.
 */
export async function readUnitLog(place: UnitLogPlace, { taskName, datasetId }: HistoryAnswerable, logger: Logger): Promise<string> {
  try {
    const excerpt = await withinDeadline(`the log of unit ${place.unitId}`, findLog(place));
    return excerpt === null ? `Logs for task '${taskName}' in dataset ${datasetId} are not available.` : textOf(excerpt);
  } catch (error) {
    logger.warn('history', `the log of unit ${place.unitId} cannot be read: ${String(error)}`);
    return `Error while retrieving logs for task '${taskName}' in dataset ${datasetId}.`;
  }
}

/** A job's folder becomes an archive when the job ends. Between the two looks a log may have appeared: hence the third. */
async function findLog({ logfile, workingDir }: UnitLogPlace): Promise<LogExcerpt | null> {
  const member = relative(workingDir, logfile);
  return (await readLogFile(logfile)) ?? (await readLogInArchive(archivePathOf(workingDir), member)) ?? (await readLogFile(logfile));
}
