import type { Queryable } from '../connection/database.js';
import { conditionsOf, type JobFilter } from './job-filter.js';
import { shownJobColumns, type ShownJob } from './shown-job.js';

/** A part of a list of jobs, newest first. */
export interface JobListPart {
  readonly withLog: boolean;
  readonly offset: number;
  /** Null: all. */
  readonly limit: number | null;
}

/** Jobs that one statement reads. A log holds some kB, rarely some MB. */
const JOBS_WITH_LOG_AT_ONCE = 50;
const JOBS_WITHOUT_LOG_AT_ONCE = 500;

/** How many jobs pass. */
export async function countJobs(db: Queryable, filter: JobFilter): Promise<number> {
  const { where, parameters } = conditionsOf(filter);
  const [row] = await db.query<{ count: number }>(`select count(*) as count from job j where ${where}`, parameters);
  return row?.count ?? 0;
}

/** The job that passes; the newest when several do. */
export async function findShownJob(db: Queryable, filter: JobFilter): Promise<ShownJob | null> {
  const { names, where, parameters } = conditionsOf(filter);
  // Prepared: clients ask for a running job again and again.
  const [job] = await db.prepared<ShownJob>(
    `shown-job-by-${names.join('-')}`,
    `select ${shownJobColumns({ withLog: true })} from job j where ${where} order by j.start_timestamp desc, j.id desc limit 1`,
    parameters,
  );
  return job ?? null;
}

/**
 * The jobs that pass, newest first, some at a time, so that a list of any length needs little memory. Each step goes on behind the last
 * job: a job that is submitted meanwhile moves nothing.
 */
export async function* listJobs(
  db: Queryable,
  filter: JobFilter,
  { withLog, offset, limit }: JobListPart,
): AsyncGenerator<ShownJob[], void, undefined> {
  const { where, parameters } = conditionsOf(filter);
  const next = parameters.length + 1;
  const sql = `
    select ${shownJobColumns({ withLog })} from job j
     where ${where} and ($${next}::timestamptz is null or (j.start_timestamp, j.id) < ($${next}, $${next + 1}::integer))
     order by j.start_timestamp desc, j.id desc offset $${next + 2} limit $${next + 3}`;
  const atOnce = withLog ? JOBS_WITH_LOG_AT_ONCE : JOBS_WITHOUT_LOG_AT_ONCE;
  let last: ShownJob | undefined;
  for (let left = limit ?? Infinity; left > 0;) {
    const size = Math.min(left, atOnce);
    const position = [last?.startTimestamp ?? null, last?.id ?? null, last === undefined ? offset : 0, size];
    const jobs = await db.query<ShownJob>(sql, [...parameters, ...position]);
    if (jobs.length > 0) yield jobs;
    if (jobs.length < size) return;
    left -= size;
    last = jobs.at(-1);
  }
}
