import { readJobLog, type Queryable, type ShownJob } from '@fractal-server/database';

/**
 * The job with what its log says so far, as long as it runs: the lines that `workflow.log` will be made of. One that has ended has its log
 * already, and so keeps it.
 */
export async function withRunningLog(db: Queryable, job: ShownJob): Promise<ShownJob> {
  if (job.status !== 'submitted') return job;
  const log = await readJobLog(db, job.id);
  return log === '' ? job : { ...job, log };
}
