import { listJobs, type Database, type JobFilter, type JobListPart, type ShownJob } from '@fractal-server/database';
import { JsonStream } from '../../http/index.js';
import { toJobRead, type JobRead } from '../job.schemas.js';

/**
 * Jobs as they are shown, newest first, read while they are written: a list has no bound, and neither have the logs in it. The first of
 * them are read at once, so that a database that is away is told with a proper status.
 */
export async function readJobs(database: Database, filter: JobFilter, part: JobListPart): Promise<AsyncIterable<JobRead>> {
  const batches = listJobs(database, filter, part);
  return shown(await batches.next(), batches);
}

/** All jobs that pass a filter, as an answer. */
export async function allJobs(database: Database, filter: JobFilter, { withLog }: Pick<JobListPart, 'withLog'>): Promise<JsonStream> {
  return new JsonStream(await readJobs(database, filter, { withLog, offset: 0, limit: null }));
}

async function* shown(
  first: IteratorResult<ShownJob[], void>,
  rest: AsyncGenerator<ShownJob[], void, undefined>,
): AsyncGenerator<JobRead, void, undefined> {
  if (first.done === true) return;
  for (const job of first.value) yield toJobRead(job);
  for await (const jobs of rest) for (const job of jobs) yield toJobRead(job);
}
