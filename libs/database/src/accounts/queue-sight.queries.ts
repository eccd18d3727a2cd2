import type { Queryable, Transaction } from '../connection/database.js';
import type { AddressedWork } from '../work/work-line.js';

/** Not seeing is not knowing: `unknown` changes nothing but the time of the next look. */
export type QueueVerdict = 'present' | 'gone' | 'unknown';

/** Who gave the verdict: the queue, the accounting, or the controller that twice did not know the job any more. */
export type QueueWitness = 'squeue' | 'sacct' | 'controller';

/** What was seen of an attempt's SLURM job. */
export interface QueueSight {
  readonly verdict: QueueVerdict;
  readonly witness: QueueWitness | null;
  readonly slurmJobId: string | null;
  /** SLURM's word for the job's state, such as `PENDING` or `TIMEOUT`; the last one that was seen. */
  readonly slurmState: string | null;
  /** SLURM's own reason, such as `Resources` or `OutOfMemory`. */
  readonly slurmReason: string | null;
  /** Why the verdict is `unknown`, for people. */
  readonly doubt: string | null;
  /** As the cluster writes times: its own clock and zone. */
  readonly submitTime: string | null;
  /** Start, or the estimate of it while the job waits. */
  readonly startTime: string | null;
  /** As sacct writes it: exit code and signal. */
  readonly exitCode: string | null;
  /** Seconds since the controller first confirmed that it does not know the job. Null: it did not. */
  readonly missingSeconds: number | null;
  /** Seconds since verdict and state became what they are. */
  readonly changedSeconds: number;
}

/** An attempt whose SLURM job has to be looked for. */
export interface AskedAttempt {
  readonly id: number;
  readonly batchId: number;
  /** Name of its SLURM job. */
  readonly name: string;
  /** Account of the operating system that it runs as. */
  readonly user: string;
  /** The id that sbatch answered. */
  readonly answeredJobId: string | null;
  /** The id of the SLURM job whose runner has the claim; the word of any other of the same name means nothing. */
  readonly ownerJobId: string | null;
  /** Since its submission was last begun. */
  readonly submittedSeconds: number;
  /** Since that is known to have come to its end without a clear answer; null: it was answered, or may go on. */
  readonly submissionEndedSeconds: number | null;
  /** It is to be ended: nobody wants to wait for the news. */
  readonly isEnding: boolean;
  /** What was seen before. */
  readonly sight: QueueSight | null;
}

const SIGHT_COLUMNS = `s.verdict, s.witness, s.slurm_job_id as "slurmJobId", s.slurm_state as "slurmState", s.slurm_reason as "slurmReason", s.doubt,
  s.submit_time as "submitTime", s.start_time as "startTime", s.exit_code as "exitCode",
  extract(epoch from clock_timestamp() - s.missing_since)::float8 as "missingSeconds",
  extract(epoch from clock_timestamp() - s.changed_at)::float8 as "changedSeconds"`;

type SightRow = { readonly [Key in keyof QueueSight]: QueueSight[Key] | null };

/**
 * Attempts of an account that may be alive, whether SLURM is known to have them or not. One whose end was seen is asked for no more, unless it
 * was submitted again after that.
 */
export async function listAskedAttempts(db: Queryable, accountId: number): Promise<AskedAttempt[]> {
  const rows = await db.query<Omit<AskedAttempt, 'sight'> & SightRow>(
    `select a.id, a.batch_id as "batchId", a.name, coalesce(j.profile_snapshot->>'username', '') as "user",
            a.slurm_job_id as "answeredJobId", a.owner->>'slurmJobId' as "ownerJobId",
            extract(epoch from clock_timestamp() - a.submitted_at)::float8 as "submittedSeconds",
            extract(epoch from clock_timestamp() - a.submission_ended_at)::float8 as "submissionEndedSeconds",
            j.cancel_requested_at is not null or j.status <> 'submitted' as "isEnding", ${SIGHT_COLUMNS}
       from attempt a join batch b on b.id = a.batch_id join job j on j.id = b.job_id
            left join queue_sight s on s.attempt_id = a.id and s.asked_at >= a.submitted_at
      where a.account_id = $1 and a.state in ('named', 'claimed') and a.submitted_at is not null and b.state in ('submitting', 'live')
        and s.verdict is distinct from 'gone'
      order by a.id`,
    [accountId],
  );
  return rows.map(
    ({ id, batchId, name, user, answeredJobId, ownerJobId, submittedSeconds, submissionEndedSeconds, isEnding, ...sight }) => ({
      ...{ id, batchId, name, user, answeredJobId, ownerJobId, submittedSeconds, submissionEndedSeconds, isEnding },
      sight: toSight(sight),
    }),
  );
}

/** What was last seen of an attempt since it was last submitted. @returns null before the first look */
export async function findQueueSight(db: Queryable, attemptId: number): Promise<QueueSight | null> {
  const [row] = await db.query<SightRow>(
    `select ${SIGHT_COLUMNS} from queue_sight s join attempt a on a.id = s.attempt_id
      where s.attempt_id = $1 and (a.submitted_at is null or s.asked_at >= a.submitted_at)`,
    [attemptId],
  );
  return row === undefined ? null : toSight(row);
}

/** A sight to be written down. */
export interface NewQueueSight extends Omit<QueueSight, 'missingSeconds' | 'changedSeconds'> {
  readonly attemptId: number;
  /** The controller confirmed that it does not know the job: the time of the first such look is kept until the job is seen. */
  readonly isMissing: boolean;
}

/** Writes down what was seen, with one statement; what was asked later is not overwritten. */
export async function writeQueueSights(transaction: Transaction, askedAt: string, sights: readonly NewQueueSight[]): Promise<void> {
  const column = <Key extends keyof NewQueueSight>(key: Key): NewQueueSight[Key][] => sights.map((sight) => sight[key]);
  await transaction.execute(
    `insert into queue_sight as old (attempt_id, asked_at, verdict, witness, slurm_job_id, slurm_state, slurm_reason, doubt, submit_time,
            start_time, exit_code, missing_since, changed_at)
     select s.attempt_id, $1::timestamptz, s.verdict, s.witness, s.slurm_job_id, s.slurm_state, s.slurm_reason, s.doubt, s.submit_time,
            s.start_time, s.exit_code, case when s.is_missing then coalesce(before.missing_since, $1::timestamptz) end,
            case when (before.verdict, before.slurm_state) is not distinct from (s.verdict, s.slurm_state)
                 then before.changed_at else $1::timestamptz end
       from unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
              $12::boolean[])
         as s (attempt_id, verdict, witness, slurm_job_id, slurm_state, slurm_reason, doubt, submit_time, start_time, exit_code, is_missing)
       join attempt a on a.id = s.attempt_id
       left join queue_sight before on before.attempt_id = a.id and (a.submitted_at is null or before.asked_at >= a.submitted_at)
     on conflict (attempt_id) do update set asked_at = excluded.asked_at, verdict = excluded.verdict, witness = excluded.witness,
       slurm_job_id = excluded.slurm_job_id, slurm_state = excluded.slurm_state, slurm_reason = excluded.slurm_reason, doubt = excluded.doubt,
       submit_time = excluded.submit_time, start_time = excluded.start_time, exit_code = excluded.exit_code,
       missing_since = excluded.missing_since, changed_at = excluded.changed_at
     where old.asked_at < excluded.asked_at`,
    [
      askedAt,
      column('attemptId'),
      column('verdict'),
      column('witness'),
      column('slurmJobId'),
      column('slurmState'),
      column('slurmReason'),
      column('doubt'),
      column('submitTime'),
      column('startTime'),
      column('exitCode'),
      column('isMissing'),
    ],
  );
}

/**
 * Locks the lines of work of these batches. Who rings batches under the lease of their account does this first: steps of a batch hold its line
 * and then ring the account.
 */
export async function lockBatchLines(transaction: Transaction, ids: readonly number[]): Promise<void> {
  await transaction.execute(`select 1 from work where kind = 'batch' and id = any($1::integer[]) order by id for no key update`, [ids]);
}

/** Asks for a look at each of these batches, with one statement. @returns whom to nudge */
export async function ringBatches(transaction: Transaction, ids: readonly number[]): Promise<AddressedWork[]> {
  return transaction.query<AddressedWork>(
    `update work w set rings = rings + 1, next_action_at = least(next_action_at, clock_timestamp())
       from (select id from work where kind = 'batch' and id = any($1::integer[]) order by id for no key update) as rung
      where w.kind = 'batch' and w.id = rung.id
      returning w.kind, w.id, w.backend_type as "backendType", w.resource_id as "resourceId", w.place`,
    [ids],
  );
}

function toSight({ verdict, changedSeconds, ...row }: SightRow): QueueSight | null {
  return verdict === null || changedSeconds === null ? null : { verdict, changedSeconds, ...row };
}
