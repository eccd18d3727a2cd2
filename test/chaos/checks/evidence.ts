import { STATUS_CHANGES, type StatusChange } from '../system/status-watch.js';
import type { ChaosSystem } from '../system/system.js';
import { readJournal, type JournalLine } from './journal.js';

/** A job as its row stands. */
export interface JobRow {
  readonly id: number;
  readonly status: string;
  readonly state: string;
  readonly folder: string;
  readonly log: string | null;
  readonly isCancelRequested: boolean;
}

/** An attempt with its batch. */
export interface AttemptRow {
  readonly jobId: number;
  readonly batchId: number;
  /** Where its units run. */
  readonly folder: string;
  readonly phase: string;
  readonly number: number;
  readonly token: string;
  readonly state: string;
  readonly reason: string | null;
  readonly isOnCluster: boolean;
}

/** A unit with its batch. */
export interface UnitRow {
  readonly jobId: number;
  readonly runId: number;
  readonly batchId: number;
  readonly phase: string;
  readonly index: number;
  readonly status: string;
  readonly result: string | null;
  /** Path of its arguments, as in the journal. */
  readonly args: string;
  /** What it was told when it did not end by itself. */
  readonly failureText: string | null;
}

/** A line of the table `work`. */
export interface WorkRow {
  readonly kind: string;
  readonly id: number;
  readonly owner: string | null;
  readonly failures: number;
  readonly reason: string | null;
  readonly error: string | null;
}

/** Everything that is known after a scenario. */
export interface Evidence {
  readonly jobs: readonly JobRow[];
  readonly openBatches: readonly { id: number; jobId: number; state: string }[];
  readonly openRuns: readonly { id: number; jobId: number; state: string; status: string }[];
  readonly attempts: readonly AttemptRow[];
  readonly units: readonly UnitRow[];
  readonly work: readonly WorkRow[];
  readonly changes: readonly StatusChange[];
  readonly journal: readonly JournalLine[];
}

/** Collects the evidence about jobs after this one. */
export async function collectEvidence(system: ChaosSystem, afterJob: number): Promise<Evidence> {
  const query = <Row>(sql: string): Promise<Row[]> => system.query<Row>(sql, [afterJob]);
  return {
    jobs: await query<JobRow>(
      `select id, status, state, working_dir as folder, log, cancel_requested_at is not null as "isCancelRequested" from job where id > $1 order by id`,
    ),
    openBatches: await query(`select id, job_id as "jobId", state from batch where state <> 'settled' and job_id > $1`),
    openRuns: await query(
      `select id, job_id as "jobId", state, status from run where (state not in ('done', 'failed') or status = 'submitted') and job_id > $1`,
    ),
    attempts: await query<AttemptRow>(
      `select b.job_id as "jobId", b.id as "batchId", replace(b.folder, j.working_dir, j.working_dir_user) as folder, b.phase, a.number,
              a.token, a.state, a.outcome->>'reason' as reason, a.account_id is not null as "isOnCluster"
         from attempt a join batch b on b.id = a.batch_id join job j on j.id = b.job_id where b.job_id > $1 order by a.id`,
    ),
    units: await query<UnitRow>(
      `select b.job_id as "jobId", b.run_id as "runId", b.id as "batchId", b.phase, u.batch_index as index, u.status, u.result,
              replace(regexp_replace(u.logfile, '-log.txt$', '-args.json'), j.working_dir, j.working_dir_user) as args,
              u.failure->>'text' as "failureText"
         from unit u join batch b on b.id = u.batch_id join job j on j.id = b.job_id where b.job_id > $1 order by u.id`,
    ),
    work: await query<WorkRow>(
      `select w.kind, w.id, w.owner, w.failures, w.waiting_reason as reason, w.last_error as error
         from work w left join batch b on w.kind = 'batch' and b.id = w.id
        where (w.kind = 'job' and w.id > $1) or (w.kind = 'batch' and (b.job_id is null or b.job_id > $1))`,
    ),
    changes: (await system.query<StatusChange>(STATUS_CHANGES)).filter(({ jobId }) => jobId > afterJob),
    journal: readJournal(system.script),
  };
}
