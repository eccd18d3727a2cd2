import type { AttemptState, BatchState, JobState, JobStatus, RunState } from '@fractal-server/domain';
import type { QueueSight } from '../accounts/queue-sight.queries.js';
import type { BatchPhase } from '../batches/batch.queries.js';
import type { Queryable } from '../connection/database.js';

/** Batches that are described one by one; of the others there is only the number. */
const MAX_BATCHES = 100;

/** A line of work, for people. Times are ISO texts. */
export interface ExplainedWork {
  /** Why it waits. Null: it does not, or it fails (`lastError`). */
  readonly waitingReason: string | null;
  /** Since when it waits or fails. */
  readonly waitingSince: string | null;
  /** Looks that failed in a row. */
  readonly failures: number;
  readonly lastError: string | null;
  /** When it is looked at next; null: when something happens. */
  readonly nextLookAt: string | null;
  /** A worker is looking right now. */
  readonly isUnderWay: boolean;
}

/** The attempt at a batch that counts. */
export interface ExplainedAttempt {
  readonly number: number;
  readonly name: string;
  readonly state: AttemptState;
  /** Where it was started, for a local one. */
  readonly place: string | null;
  /** The account that its SLURM job is looked for at. */
  readonly accountId: number | null;
  readonly submittedAt: string | null;
  /** The id that sbatch answered; null while that is in doubt. */
  readonly slurmJobId: string | null;
  /** What was last seen of it, when, and since when that has been so. */
  readonly sight: (Omit<QueueSight, 'missingSeconds' | 'changedSeconds'> & { readonly askedAt: string; readonly changedAt: string }) | null;
}

/** A batch that is not settled. */
export interface ExplainedBatch {
  readonly id: number;
  readonly phase: BatchPhase;
  readonly state: BatchState;
  readonly unitCount: number;
  readonly unitsStarted: number;
  readonly unitsEnded: number;
  readonly work: ExplainedWork | null;
  readonly attempt: ExplainedAttempt | null;
}

/** The latest run of a job. */
export interface ExplainedRun {
  /** Position of its task, counted from the job's first. */
  readonly position: number;
  readonly state: RunState;
  readonly unitCount: number;
  readonly unitsEnded: number;
}

/** What is polled for the job's batches. */
export interface ExplainedAccount {
  readonly id: number;
  /** Empty: the queue is asked as the server's own user. */
  readonly login: string;
  readonly askedAt: string | null;
  readonly answeredAt: string | null;
  /** Questions in a row without a usable answer, and why the last one had none. */
  readonly failures: number;
  readonly trouble: string | null;
  readonly work: ExplainedWork | null;
}

/** What is known about a job's progress: facts for `GET /api/v2/job/{id}/explain/`, which puts them into words. */
export interface JobExplanation {
  readonly id: number;
  readonly projectId: number | null;
  readonly status: JobStatus;
  readonly state: JobState;
  readonly resourceName: string;
  readonly resourceType: string;
  /** The administrator drains the resource: the next task will fail the job. */
  readonly isResourceClosed: boolean;
  readonly cancelRequestedAt: string | null;
  readonly paused: { readonly reason: string; readonly since: string; readonly nextTryAt: string } | null;
  readonly taskPosition: number;
  readonly taskCount: number;
  readonly work: ExplainedWork | null;
  readonly run: ExplainedRun | null;
  /** Batches that are not settled; at most a hundred are listed. */
  readonly openBatchCount: number;
  readonly batches: readonly ExplainedBatch[];
  readonly accounts: readonly ExplainedAccount[];
}

type WorkColumns = { readonly [Key in keyof ExplainedWork]: ExplainedWork[Key] | null };

/** Columns of the line of work `w`; all null where there is none. */
const WORK_COLUMNS = `w.waiting_reason as "waitingReason", w.waiting_since as "waitingSince", w.failures as "failures",
  w.last_error as "lastError", w.next_action_at as "nextLookAt", w.until > clock_timestamp() as "isUnderWay"`;

/** Collects the facts about one job. @returns null when there is no such job */
export async function explainJob(db: Queryable, jobId: number): Promise<JobExplanation | null> {
  const job = await findJob(db, jobId);
  if (job === null) return null;
  const { batches, openBatchCount } = await listBatches(db, jobId);
  const accountIds = batches.map(({ attempt }) => attempt?.accountId ?? null).filter((id) => id !== null);
  return { ...job, run: await findLatestRun(db, jobId), openBatchCount, batches, accounts: await listAccounts(db, accountIds) };
}

type JobPart = Omit<JobExplanation, 'run' | 'openBatchCount' | 'batches' | 'accounts'>;
type JobRow = Omit<JobPart, 'paused' | 'work'> & { pausedReason: string; pausedSince: string; pausedUntil: string } & WorkColumns;

async function findJob(db: Queryable, jobId: number): Promise<JobPart | null> {
  const [row] = await db.query<JobRow>(
    `select j.id, j.project_id as "projectId", j.status, j.state, r.name as "resourceName", r.type as "resourceType",
            r.prevent_new_submissions as "isResourceClosed", j.cancel_requested_at as "cancelRequestedAt",
            j.paused_reason as "pausedReason", j.paused_since as "pausedSince", j.paused_until as "pausedUntil",
            j.task_position as "taskPosition", j.last_task_index - j.first_task_index + 1 as "taskCount", ${WORK_COLUMNS}
       from job j join resource r on r.id = j.resource_id left join work w on w.kind = 'job' and w.id = j.id where j.id = $1`,
    [jobId],
  );
  if (row === undefined) return null;
  const { pausedReason, pausedSince, pausedUntil, ...rest } = row;
  const { work, facts } = splitWork(rest);
  const isPaused = facts.state === 'paused';
  return { ...facts, work, paused: isPaused ? { reason: pausedReason, since: pausedSince, nextTryAt: pausedUntil } : null };
}

async function findLatestRun(db: Queryable, jobId: number): Promise<ExplainedRun | null> {
  const [row] = await db.query<ExplainedRun>(
    `select r.position, r.state, coalesce(sum(b.unit_count), 0) as "unitCount", coalesce(sum(b.units_ended), 0) as "unitsEnded"
       from run r left join batch b on b.run_id = r.id where r.job_id = $1
      group by r.id order by r.position desc limit 1`,
    [jobId],
  );
  return row ?? null;
}

type BatchRow = Omit<ExplainedBatch, 'work' | 'attempt'> & { openBatchCount: number } & WorkColumns &
  Omit<ExplainedAttempt, 'sight' | 'state'> & { attemptState: AttemptState | null } & NonNullable<ExplainedAttempt['sight']>;

async function listBatches(db: Queryable, jobId: number): Promise<{ batches: ExplainedBatch[]; openBatchCount: number }> {
  const rows = await db.query<BatchRow>(
    `select b.id, b.phase, b.state, b.unit_count as "unitCount", b.units_started as "unitsStarted", b.units_ended as "unitsEnded",
            count(*) over () as "openBatchCount", ${WORK_COLUMNS},
            a.number, a.name, a.state as "attemptState", a.place, a.account_id as "accountId", a.submitted_at as "submittedAt",
            coalesce(a.slurm_job_id, a.owner->>'slurmJobId', s.slurm_job_id) as "slurmJobId",
            s.verdict, s.witness, s.slurm_state as "slurmState", s.slurm_reason as "slurmReason", s.doubt, s.submit_time as "submitTime",
            s.start_time as "startTime", s.exit_code as "exitCode", s.asked_at as "askedAt", s.changed_at as "changedAt"
       from batch b
            left join work w on w.kind = 'batch' and w.id = b.id
            left join lateral (select * from attempt where batch_id = b.id order by number desc limit 1) a on true
            left join queue_sight s on s.attempt_id = a.id and (a.submitted_at is null or s.asked_at >= a.submitted_at)
      where b.job_id = $1 and b.state <> 'settled' order by b.id limit ${MAX_BATCHES}`,
    [jobId],
  );
  return { batches: rows.map(toBatch), openBatchCount: rows[0]?.openBatchCount ?? 0 };
}

function toBatch(row: BatchRow): ExplainedBatch {
  const { work, facts } = splitWork(row);
  const { id, phase, state, unitCount, unitsStarted, unitsEnded } = facts;
  return { ...{ id, phase, state, unitCount, unitsStarted, unitsEnded }, work, attempt: toAttempt(row) };
}

function toAttempt(row: BatchRow): ExplainedAttempt | null {
  const { attemptState: state, number, name, place, accountId, submittedAt, slurmJobId } = row;
  if (state === null) return null;
  const { verdict, witness, slurmState, slurmReason, doubt, submitTime, startTime, exitCode, askedAt, changedAt } = row;
  const sight = { verdict, witness, slurmJobId, slurmState, slurmReason, doubt, submitTime, startTime, exitCode, askedAt, changedAt };
  return { number, name, state, place, accountId, submittedAt, slurmJobId, sight: verdict === null ? null : sight };
}

async function listAccounts(db: Queryable, ids: readonly number[]): Promise<ExplainedAccount[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<Omit<ExplainedAccount, 'work' | 'failures'> & { accountFailures: number } & WorkColumns>(
    `select a.id, a.login, a.asked_at as "askedAt", a.answered_at as "answeredAt", a.failures as "accountFailures", a.trouble, ${WORK_COLUMNS}
       from account a left join work w on w.kind = 'account' and w.id = a.id where a.id = any($1::integer[]) order by a.id`,
    [ids],
  );
  return rows.map(({ accountFailures, ...row }) => {
    const { work, facts } = splitWork(row);
    return { ...facts, failures: accountFailures, work };
  });
}

/** Takes the columns of the line of work out of a row. */
function splitWork<Row extends WorkColumns>(row: Row): { work: ExplainedWork | null; facts: Omit<Row, keyof WorkColumns> } {
  const { waitingReason, waitingSince, failures, lastError, nextLookAt, isUnderWay, ...facts } = row;
  if (failures === null) return { work: null, facts };
  return { work: { waitingReason, waitingSince, failures, lastError, nextLookAt, isUnderWay: isUnderWay === true }, facts };
}
