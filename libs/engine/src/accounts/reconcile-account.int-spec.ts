import { findQueueSight, Lease, ringWork, type NextLook, type QueueSight } from '@fractal-server/database';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAccount, aSubmittedAttempt, ringsOf, type AccountFixture, type SubmittedAttempt } from '../../test/account-fixture.js';
import { accountingLine, queueLine, ScriptedCluster, type ScriptedAnswer } from '../../test/scripted-cluster.js';
import { reconcileAccount, type ObservingContext } from './reconcile-account.js';

let test: TestDatabase;
let cluster: ScriptedCluster;
let account: AccountFixture;
const nudged: unknown[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  cluster = new ScriptedCluster();
  account = await anAccount(test.database);
  nudged.length = 0;
});

/** One look, as a worker has it. @param isDue whether the interval is over */
async function look({ isDue = true, confirmSeconds = 60 } = {}): Promise<NextLook> {
  const { accountId } = account;
  if (isDue) await test.database.execute(`update account set asked_at = asked_at - interval '1 hour' where id = $1`, [accountId]);
  const lease = (await Lease.take(test.database, { kind: 'account', id: accountId }, 'test'))!;
  const context = {
    ...{ database: test.database, clusters: cluster, absenceRules: { settleSeconds: 200, confirmSeconds } },
    nudge: (key: unknown) => void nudged.push(key),
  };
  const next = await reconcileAccount(context as unknown as ObservingContext, accountId, lease);
  if (next !== 'now') await lease.release(next);
  return next;
}

const anAttempt = (parts: Parameters<typeof aSubmittedAttempt>[2] = {}) => aSubmittedAttempt(test.database, account, parts);
const sightOf = ({ id }: SubmittedAttempt): Promise<QueueSight | null> => findQueueSight(test.database, id);

/** The next look comes after so many seconds, or up to a tenth later. */
function expectNext(next: NextLook, seconds: number): void {
  expect(next).toHaveProperty('afterSeconds');
  const { afterSeconds } = next as { afterSeconds: number };
  expect(afterSeconds).toBeGreaterThan(seconds * 0.95);
  expect(afterSeconds).toBeLessThanOrEqual(seconds * 1.101);
}

describe('an account', () => {
  it('without attempts is not asked, and comes due only when it is rung', async () => {
    expect(await look()).toEqual({ afterSeconds: null });
    expect(cluster.calls).toEqual([]);
  });

  it('is asked once for all attempts, of all users', async () => {
    const attempts = [await anAttempt(), await anAttempt({ user: 'bob', slurmJobId: '8' })];
    cluster.squeue = { stdout: queueLine(attempts[0]!.name) + queueLine(attempts[1]!.name, { id: '8', user: 'bob', state: 'PENDING' }) };
    expectNext(await look(), 5);
    expect(cluster.calls).toHaveLength(1);
    expect(cluster.calls[0]?.argv).toContain(`--name=${attempts.map(({ name }) => name).join(',')}`);
    expect(await sightOf(attempts[0]!)).toMatchObject({ verdict: 'present', slurmState: 'RUNNING', slurmJobId: '7' });
    expect(await sightOf(attempts[1]!)).toMatchObject({ verdict: 'present', slurmState: 'PENDING', slurmJobId: '8' });
  });

  it('is not asked before the interval is over, however often it is rung', async () => {
    const attempt = await anAttempt();
    cluster.squeue = { stdout: queueLine(attempt.name) };
    await look();
    for (let ring = 0; ring < 5; ring += 1) {
      await ringWork(test.database, { kind: 'account', id: account.accountId });
      const next = (await look({ isDue: false })) as { afterSeconds: number };
      expect(next.afterSeconds).toBeGreaterThan(0);
      expect(next.afterSeconds).toBeLessThanOrEqual(5);
    }
    expect(cluster.count('squeue')).toBe(1);
  });

  it('is asked per user when the list of names is too long for a command line', async () => {
    await anAttempt();
    await anAttempt({ user: 'bob' });
    await test.database.execute(`update attempt set name = name || repeat('x', 60000) where account_id = $1`, [account.accountId]);
    await look();
    expect(cluster.calls[0]?.argv).toContain('--user=alice,bob');
  });

  it('is asked less and less often while nothing changes, and at its interval when something does', async () => {
    const attempt = await anAttempt();
    cluster.squeue = { stdout: queueLine(attempt.name) };
    await look();
    await test.database.execute(`update account set changed_at = clock_timestamp() - interval '200 seconds' where id = $1`, [
      account.accountId,
    ]);
    expectNext(await look(), 20);
    cluster.squeue = { stdout: queueLine(attempt.name, { state: 'COMPLETING' }) };
    expectNext(await look(), 5);
  });
});

describe('batches are rung', () => {
  it('when something changed, and at each look while they run: they read their results then', async () => {
    const [waiting, running] = [await anAttempt(), await anAttempt()];
    cluster.squeue = { stdout: queueLine(waiting.name, { state: 'PENDING' }) + queueLine(running.name, { id: '8' }) };
    await look();
    await look();
    expect(await ringsOf(test.database, waiting)).toBe(1);
    expect(await ringsOf(test.database, running)).toBe(2);
    expect(nudged).toContainEqual(expect.objectContaining({ kind: 'batch', id: running.batchId }));
  });

  it('when their end is known, once', async () => {
    const attempt = await anAttempt();
    cluster.squeue = { stdout: queueLine(attempt.name, { state: 'TIMEOUT' }) };
    expect(await look()).toEqual({ afterSeconds: null });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'gone', slurmState: 'TIMEOUT', witness: 'squeue' });
    await look();
    expect(await ringsOf(test.database, attempt)).toBe(1);
    expect(cluster.count('squeue')).toBe(1);
  });
});

describe('an answer that proves nothing', () => {
  it.each<[what: string, answer: ScriptedAnswer | 'hangs', trouble: string]>([
    ['status 1', { exitCode: 1, stderr: 'slurm_load_jobs error: Socket timed out on send/recv operation\n' }, 'Socket timed out'],
    ['status 1 without a word', { exitCode: 1 }, 'squeue: ended with 1'],
    ['a hanging controller', 'hangs', 'Not finished after'],
  ])('%s: nothing changes but the time of the next look, and the reason is told', async (_what, answer, trouble) => {
    const attempt = await anAttempt({ slurmJobId: '7', submittedSecondsAgo: 1_000 });
    cluster.squeue = { stdout: queueLine(attempt.name) };
    await look();
    cluster.squeue = answer;
    const next = await look();
    expect(next).toMatchObject({ waitingReason: expect.stringContaining(trouble) });
    expectNext(next, 7.5);
    expectNext(await look(), 11.25);
    expect(await look({ isDue: false })).toMatchObject({ waitingReason: expect.stringContaining(trouble) });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'present', slurmState: 'RUNNING' });
    // Its files are read all the same: they may tell of its end.
    expect(await ringsOf(test.database, attempt)).toBe(3);
    expect(cluster.count('sacct')).toBe(0);
  });

  it.each<[what: string, answer: ScriptedAnswer]>([
    ['garbage', { stdout: 'Welcome to the cluster!\n' }],
    ['a cut answer', { stdout: '7|RUNN', isCut: true }],
    ['an error with status 0', { stdout: 'slurm_load_jobs error: Socket timed out on send/recv operation\n' }],
  ])('%s: unknown, and the controller is not even asked', async (_what, answer) => {
    const attempt = await anAttempt({ ownerJobId: '7' });
    cluster.squeue = answer;
    await look();
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown', doubt: expect.stringContaining('squeue') });
    expect(cluster.count('scontrol')).toBe(0);
  });

  it('an empty queue right after a submission without an answer', async () => {
    const attempt = await anAttempt();
    await look();
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown', doubt: expect.stringContaining('a moment ago') });
    expect(cluster.count('sacct') + cluster.count('scontrol')).toBe(0);
  });

  it('an empty queue while the controller is down', async () => {
    const attempt = await anAttempt({ ownerJobId: '7' });
    cluster.ping = { exitCode: 1, stdout: 'Slurmctld(primary) at here is DOWN\n' };
    await look({ confirmSeconds: 0 });
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown', missingSeconds: null, doubt: expect.stringContaining('DOWN') });
  });

  it('an empty queue where SLURM hides jobs of others, and the job was never shown', async () => {
    const attempt = await anAttempt({ ownerJobId: '7' });
    cluster.config = { stdout: 'PrivateData             = jobs\n' };
    await look({ confirmSeconds: 0 });
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown', doubt: expect.stringContaining('PrivateData') });
    expect(cluster.count('scontrol --oneliner')).toBe(0);
  });
});

describe('a job that left the queue is gone', () => {
  it('by the word of sacct for its name', async () => {
    const attempt = await anAttempt({ slurmJobId: '7' });
    cluster.squeue = { stdout: queueLine(attempt.name) };
    await look();
    cluster.squeue = {};
    cluster.sacct = { stdout: accountingLine(attempt.name, { state: 'RUNNING' }) };
    await look();
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown' });
    cluster.sacct = { stdout: accountingLine(attempt.name, { state: 'OUT_OF_MEMORY', exitCode: '0:125' }) };
    await look();
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'gone', witness: 'sacct', slurmState: 'OUT_OF_MEMORY', exitCode: '0:125' });
  });

  it('by the word of sacct also where squeue is not understood', async () => {
    const attempt = await anAttempt({ slurmJobId: '7' });
    cluster.squeue = { stdout: 'Welcome to the cluster!\n' };
    cluster.sacct = { stdout: accountingLine(attempt.name) };
    await look();
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'gone', witness: 'sacct', slurmState: 'COMPLETED' });
  });

  it('without sacct, when the controller twice does not know it', async () => {
    const attempt = await anAttempt({ ownerJobId: '7' });
    await look();
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown', missingSeconds: expect.any(Number) });
    await look();
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown' });
    expect(cluster.count('scontrol ping')).toBe(1);
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'gone', witness: 'controller' });
    // At each look: its files may tell of its end before the controller does.
    expect(await ringsOf(test.database, attempt)).toBe(3);
  });

  it('also when its id was given to another job', async () => {
    const attempt = await anAttempt({ slurmJobId: '7' });
    cluster.squeue = { stdout: queueLine('other') };
    cluster.show = { stdout: 'JobId=7 JobName=other JobState=RUNNING Reason=None\n' };
    await look({ confirmSeconds: 0 });
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'gone', witness: 'controller' });
  });

  it('not when it shows again in between', async () => {
    const attempt = await anAttempt({ slurmJobId: '7' });
    await look({ confirmSeconds: 0 });
    cluster.squeue = { stdout: queueLine(attempt.name) };
    await look({ confirmSeconds: 0 });
    cluster.squeue = {};
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown', slurmState: 'RUNNING' });
  });

  it('when nobody ever saw it and nothing of its submission can be on its way', async () => {
    const attempt = await anAttempt({ submittedSecondsAgo: 300 });
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'unknown' });
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'gone', slurmState: null, slurmJobId: null });
  });

  it('where jobs of others are hidden, if it was shown before', async () => {
    const attempt = await anAttempt({ slurmJobId: '7' });
    cluster.config = { stdout: 'PrivateData             = jobs\n' };
    cluster.squeue = { stdout: queueLine(attempt.name) };
    await look();
    cluster.squeue = {};
    await look({ confirmSeconds: 0 });
    await look({ confirmSeconds: 0 });
    expect(await sightOf(attempt)).toMatchObject({ verdict: 'gone' });
  });
});

it('writes nothing when the lease was lost while squeue ran', async () => {
  const attempt = await anAttempt();
  cluster.squeue = async () => {
    await test.database.execute(`update work set epoch = epoch + 1 where kind = 'account' and id = $1`, [account.accountId]);
    return { stdout: queueLine(attempt.name) };
  };
  await expect(look()).rejects.toThrow('lost');
  expect(await sightOf(attempt)).toBeNull();
  expect(await ringsOf(test.database, attempt)).toBe(0);
});

it('does not hold up a step of a batch that holds its own line and rings the account', async () => {
  const attempt = await anAttempt();
  cluster.squeue = { stdout: queueLine(attempt.name) };
  let looking: Promise<NextLook> = Promise.resolve('now');
  await test.database.transaction(async (tx) => {
    await ringWork(tx, { kind: 'batch', id: attempt.batchId });
    looking = look();
    await waitFor('the look to wait for the line', async () => {
      const [row] = await test.database.query<{ n: number }>(
        `select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return row?.n === 1;
    });
    await tx.execute(`set local lock_timeout = '500ms'`);
    await ringWork(tx, { kind: 'account', id: account.accountId });
  });
  await looking;
  expect(await sightOf(attempt)).toMatchObject({ verdict: 'present' });
});

it('holds no connection while squeue runs', async () => {
  const attempt = await anAttempt();
  let busy: unknown;
  cluster.squeue = async () => {
    [busy] = await test.database.query(
      `select count(*) as n from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
    );
    return { stdout: queueLine(attempt.name) };
  };
  await look();
  expect(busy).toEqual({ n: 0 });
});
