import { jobStates, type JobState } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';
import { ringBatches } from '../accounts/queue-sight.queries.js';
import type { AddressedWork } from '../work/work-line.js';

/** A failure that follows a resumption so soon is the same one still. */
const SAME_PAUSE = `interval '1 hour'`;

/**
 * A lasting failure of the site pauses a job: it goes back to where it was when it is tried again. Any step may say so, of the job or of one of
 * its batches.
 * @param reason the admin's words: what is wrong, and who can mend it
 * @returns whether that is news; null when the job is not working, because it was paused before or is being stopped
 */
export async function pauseJob(
  transaction: Transaction,
  id: number,
  reason: string,
  retrySeconds: number,
): Promise<{ readonly isNews: boolean } | null> {
  const [paused] = await transaction.query<{ isNews: boolean }>(
    `with before as (
       select id, coalesce(paused_until > clock_timestamp() - ${SAME_PAUSE}, false) as goes_on, paused_reason from job where id = $1 for no key update)
     update job set state = 'paused', paused_from = state, paused_reason = $2,
            paused_since = case when before.goes_on then paused_since else clock_timestamp() end,
            paused_until = clock_timestamp() + make_interval(secs => $3)
       from before where job.id = before.id and state in ('preparing', 'running')
     returning not before.goes_on or before.paused_reason <> $2 as "isNews"`,
    [id, reason, retrySeconds],
  );
  return paused ?? null;
}

/** Why and how long a job is paused. */
export interface JobPause {
  readonly reason: string;
  readonly sinceSeconds: number;
  /** Seconds until it is tried again. */
  readonly retrySeconds: number;
  /** The state that it goes back to. */
  readonly from: JobState;
}

/** @returns null when the job is not paused */
export async function findJobPause(db: Queryable, id: number): Promise<JobPause | null> {
  const [row] = await db.query<JobPause>(
    `select paused_reason as reason, extract(epoch from clock_timestamp() - paused_since)::float8 as "sinceSeconds",
            extract(epoch from paused_until - clock_timestamp())::float8 as "retrySeconds", paused_from as "from"
       from job where id = $1 and state = 'paused'`,
    [id],
  );
  return row ?? null;
}

/** Tries a paused job again: it goes back to where it was, and its batches are looked at. @returns whom to nudge */
export async function resumeJob(transaction: Transaction, id: number, { from }: JobPause): Promise<readonly AddressedWork[]> {
  await transaction.execute(`update job set state = $2 where id = $1 and state = 'paused'`, [id, jobStates.move('paused', from)]);
  const open = await transaction.query<{ id: number }>(`select id from batch where job_id = $1 and state <> 'settled'`, [id]);
  return ringBatches(
    transaction,
    open.map((batch) => batch.id),
  );
}

/** A paused job is given up: its units are ended as after a cancel, and its log tells the reason. */
export async function giveUpPausedJob(transaction: Transaction, id: number, log: string): Promise<void> {
  await transaction.execute(
    `update job set state = $2, outcome = 'failed', outcome_log = $3, cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
      where id = $1 and state = 'paused'`,
    [id, jobStates.move('paused', 'stopping'), log],
  );
}

/** The administrator has changed the resource, or a profile on it: what waits for that is tried again at once. @returns whom to nudge */
export async function retryPausedJobs(db: Queryable, resourceId: number): Promise<readonly AddressedWork[]> {
  return db.query<AddressedWork>(
    `with paused as (
       update job set paused_until = clock_timestamp() where state = 'paused' and resource_id = $1 returning id)
     update work w set rings = rings + 1, next_action_at = least(next_action_at, clock_timestamp())
       from paused where w.kind = 'job' and w.id = paused.id
     returning w.kind, w.id, w.backend_type as "backendType", w.resource_id as "resourceId", w.place`,
    [resourceId],
  );
}
