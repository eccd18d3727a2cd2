import { aPerson, aSubmittedJob, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../connection/database.js';
import { explainJob } from '../jobs/job-explanation.query.js';
import { ensureAccount, findPolledAccount, noteAnswer, noteQuestion, noteSilence, ringAccount } from './account.queries.js';
import { findQueueSight, listAskedAttempts, ringBatches, writeQueueSights, type NewQueueSight } from './queue-sight.queries.js';
import { findSubmitLimit, noteSubmitLimit } from './submit-limit.queries.js';

let test: TestDatabase;
let db: Database;
let person: Person;
let accountId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  person = await aPerson(db);
  accountId = await db.transaction((tx) => ensureAccount(tx, { resourceId: person.resourceId, login: '' }));
});
afterAll(() => test.close());

async function anAttempt({ state = 'named', batchState = 'submitting' } = {}): Promise<{ id: number; batchId: number; jobId: number }> {
  const jobId = await aSubmittedJob(db, person);
  await db.execute(`update job set profile_snapshot = '{"username": "alice"}' where id = $1`, [jobId]);
  const [batch] = await db.query<{ id: number }>(
    `insert into batch (job_id, run_id, phase, position, state, folder, unit_count, spec) values ($1, $1, 'parallel', 0, $2, '/f', 3, '{}')
     returning id`,
    [jobId, batchState],
  );
  await db.execute(`insert into work (kind, id, backend_type, resource_id, next_action_at) values ('batch', $1, 'slurm_sudo', $2, null)`, [
    batch!.id,
    person.resourceId,
  ]);
  const [attempt] = await db.query<{ id: number }>(
    `insert into attempt (batch_id, number, name, state, folder, account_id, submitted_at) values ($1, 1, $2, $3, '/a', $4, clock_timestamp())
     returning id`,
    [batch!.id, `task.${batch!.id}`, state, accountId],
  );
  return { id: attempt!.id, batchId: batch!.id, jobId };
}

function aSight(attemptId: number, parts: Partial<NewQueueSight> = {}): NewQueueSight {
  return {
    ...{ attemptId, verdict: 'present', witness: 'squeue', slurmJobId: '7', slurmState: 'PENDING', slurmReason: 'Resources', doubt: null },
    ...{ submitTime: '2026-01-01T00:00:00', startTime: null, exitCode: null, isMissing: false },
    ...parts,
  };
}

const write = async (...sights: NewQueueSight[]): Promise<string> => {
  const askedAt = await db.transaction((tx) => noteQuestion(tx, accountId));
  await db.transaction((tx) => writeQueueSights(tx, askedAt, sights));
  return askedAt;
};

describe('an account', () => {
  it('is made once', async () => {
    expect(await db.transaction((tx) => ensureAccount(tx, { resourceId: person.resourceId, login: '' }))).toBe(accountId);
  });

  it('is asked for a look each time it is rung', async () => {
    for (const rings of [0, 1]) {
      const work = await db.transaction((tx) => ringAccount(tx, accountId, 'slurm_sudo'));
      expect(work).toMatchObject({ kind: 'account', id: accountId, backendType: 'slurm_sudo', resourceId: person.resourceId });
      expect(await db.query(`select rings from work where kind = 'account' and id = $1`, [accountId])).toMatchObject([{ rings }]);
    }
  });

  it('knows how long ago it was asked, and how often in vain', async () => {
    await db.transaction((tx) => noteQuestion(tx, accountId));
    await db.transaction((tx) => noteSilence(tx, accountId, 'socket timed out'));
    expect(await findPolledAccount(db, accountId)).toMatchObject({ login: '', pollIntervalSeconds: 5, failures: 1 });
    await db.transaction((tx) => noteAnswer(tx, accountId, true));
    const answered = await findPolledAccount(db, accountId);
    expect(answered?.failures).toBe(0);
    expect(answered?.secondsSinceAsked).toBeGreaterThanOrEqual(0);
    expect(answered?.quietSeconds).toBeLessThan(60);
  });

  it('remembers limits by scope, until they have passed', async () => {
    await db.transaction((tx) => noteSubmitLimit(tx, { accountId, scope: 'user alice', reason: 'full' }, 60));
    await db.transaction((tx) => noteSubmitLimit(tx, { accountId, scope: 'cluster', reason: 'was full' }, -1));
    expect(await findSubmitLimit(db, accountId, ['cluster', 'user alice'])).toMatchObject({ reason: 'full' });
    expect(await findSubmitLimit(db, accountId, ['cluster', 'user bob'])).toBeNull();
  });
});

describe('what is seen of attempts', () => {
  it('is asked for while they may be alive, and no more when their end was seen', async () => {
    const [submitting, live, over] = [await anAttempt(), await anAttempt({ state: 'claimed', batchState: 'live' }), await anAttempt()];
    await anAttempt({ state: 'ended', batchState: 'gone' });
    await write(aSight(over.id, { verdict: 'gone', slurmState: 'COMPLETED' }));
    const asked = await listAskedAttempts(db, accountId);
    expect(asked.map(({ id }) => id)).toEqual([submitting.id, live.id]);
    expect(asked[0]).toMatchObject({ user: 'alice', isEnding: false, sight: null });
  });

  it('counts no more after the attempt was submitted again', async () => {
    const { id } = await anAttempt();
    await write(aSight(id, { verdict: 'gone', witness: 'controller', isMissing: true }));
    await db.execute('update attempt set submitted_at = clock_timestamp() where id = $1', [id]);
    expect(await findQueueSight(db, id)).toBeNull();
    expect((await listAskedAttempts(db, accountId)).find((asked) => asked.id === id)).toMatchObject({ sight: null });
    await write(aSight(id, { verdict: 'unknown', isMissing: true }));
    expect((await findQueueSight(db, id))?.missingSeconds).toBeLessThan(10);
  });

  it('is written newer over older only, and remembers when the job was first missing', async () => {
    const { id } = await anAttempt();
    const early = await db.transaction((tx) => noteQuestion(tx, accountId));
    await write(aSight(id, { slurmState: 'RUNNING', isMissing: true }));
    await db.transaction((tx) => writeQueueSights(tx, early, [aSight(id)]));
    expect(await findQueueSight(db, id)).toMatchObject({ slurmState: 'RUNNING' });
    const [first] = await db.query(`select missing_since from queue_sight where attempt_id = $1`, [id]);
    await write(aSight(id, { isMissing: true }));
    expect((await db.query(`select missing_since from queue_sight where attempt_id = $1`, [id]))[0]).toEqual(first);
    await write(aSight(id));
    expect(await findQueueSight(db, id)).toMatchObject({ missingSeconds: null });
  });

  it('rings the batches', async () => {
    const { batchId } = await anAttempt();
    const rung = await db.transaction((tx) => ringBatches(tx, [batchId, 999_999]));
    expect(rung).toEqual([{ kind: 'batch', id: batchId, backendType: 'slurm_sudo', resourceId: person.resourceId, place: null }]);
  });

  it('explains a job', async () => {
    const { id, batchId, jobId } = await anAttempt();
    const askedAt = await write(aSight(id));
    await db.execute(`update work set waiting_reason = 'queued', waiting_since = clock_timestamp() where kind = 'batch' and id = $1`, [
      batchId,
    ]);
    expect(await explainJob(db, jobId)).toMatchObject({
      ...{ id: jobId, status: 'submitted', state: 'queued', work: null, paused: null, run: null, openBatchCount: 1, taskCount: 1 },
      batches: [
        {
          id: batchId,
          unitCount: 3,
          work: { waitingReason: 'queued', failures: 0, isUnderWay: false, nextLookAt: null },
          attempt: { slurmJobId: '7', accountId, sight: { verdict: 'present', slurmReason: 'Resources', askedAt, changedAt: askedAt } },
        },
      ],
      accounts: [{ id: accountId, login: '', failures: 0, work: { waitingReason: null } }],
    });
    expect(await explainJob(db, 0)).toBeNull();
  });
});
