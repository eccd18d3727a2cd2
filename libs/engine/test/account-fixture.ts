import { ensureAccount, ringAccount, type Database } from '@fractal-server/database';
import { aPerson, aSubmittedJob, type Person } from '@fractal-server/test-support';
import { randomBytes } from 'node:crypto';

/** An account with people whose jobs are on its cluster. */
export interface AccountFixture {
  readonly accountId: number;
  readonly person: Person;
}

/** An attempt that was submitted to the cluster. */
export interface SubmittedAttempt {
  readonly id: number;
  readonly batchId: number;
  readonly jobId: number;
  readonly name: string;
}

/** Stores an account of a new resource. @param login empty: its queue is asked as the server's own user */
export async function anAccount(database: Database, { login = '', pollSeconds = 5 } = {}): Promise<AccountFixture> {
  const person = await aPerson(database);
  await database.execute('update resource set jobs_poll_interval = $2 where id = $1', [person.resourceId, pollSeconds]);
  const accountId = await database.transaction(async (tx) => {
    const id = await ensureAccount(tx, { resourceId: person.resourceId, login });
    await ringAccount(tx, id, 'slurm_sudo');
    return id;
  });
  return { accountId, person };
}

/** What is special about an attempt. */
export interface AttemptParts {
  readonly user?: string;
  readonly slurmJobId?: string | null;
  readonly ownerJobId?: string;
  readonly submittedSecondsAgo?: number;
}

/** Stores a job with one batch, whose attempt was submitted. Nobody looks at the batch until it is rung. */
export async function aSubmittedAttempt(
  database: Database,
  { accountId, person }: AccountFixture,
  { user = 'alice', slurmJobId = null, ownerJobId, submittedSecondsAgo = 0 }: AttemptParts = {},
): Promise<SubmittedAttempt> {
  const jobId = await aSubmittedJob(database, person);
  await database.execute(`update job set state = 'running', profile_snapshot = $2 where id = $1`, [
    jobId,
    JSON.stringify({ username: user }),
  ]);
  const [batch] = await database.query<{ id: number }>(
    `insert into batch (job_id, run_id, phase, position, state, folder, unit_count, spec) values ($1, $1, 'parallel', 0, $2, '/f', 3, '{}')
     returning id`,
    [jobId, slurmJobId === null && ownerJobId === undefined ? 'submitting' : 'live'],
  );
  const batchId = batch!.id;
  await database.execute(
    `insert into work (kind, id, backend_type, resource_id, next_action_at) values ('batch', $1, 'nobody', $2, null)`,
    [batchId, person.resourceId],
  );
  const name = `task.${randomBytes(8).toString('hex')}`;
  const [attempt] = await database.query<{ id: number }>(
    `insert into attempt (batch_id, number, name, state, folder, account_id, submitted_at, slurm_job_id, owner)
     values ($1, 1, $2, $3, '/a', $4, clock_timestamp() - make_interval(secs => $5), $6, $7) returning id`,
    [
      ...[batchId, name, ownerJobId === undefined ? 'named' : 'claimed', accountId, submittedSecondsAgo, slurmJobId],
      ownerJobId === undefined ? null : JSON.stringify({ slurmJobId: ownerJobId }),
    ],
  );
  return { id: attempt!.id, batchId, jobId, name };
}

/** How often a batch was asked for a look. */
export async function ringsOf(database: Database, { batchId }: SubmittedAttempt): Promise<number> {
  const [work] = await database.query<{ rings: number }>(`select rings from work where kind = 'batch' and id = $1`, [batchId]);
  return work?.rings ?? 0;
}
