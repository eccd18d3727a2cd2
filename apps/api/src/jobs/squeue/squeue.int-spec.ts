import { answerQuestion, findOpenQuestion, type OpenQuestion, type QuestionOutcome } from '@fractal-server/database';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aJobFixture, moveToCluster, type JobFixture } from '../../../test/job-fixture.js';
import { TestApi, type ApiAnswer } from '../../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null, runnerBackend: 'any' });
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const squeue = ({ person }: JobFixture, query = ''): Promise<ApiAnswer> =>
  api.request('GET', `/api/v2/job/squeue/${query}`, { as: person.userId });

/** Somebody with a cluster, and two accounts there. */
async function aUser(type: 'slurm_sudo' | 'slurm_ssh'): Promise<JobFixture> {
  const fixture = await aJobFixture(api, test.database);
  await moveToCluster(test.database, fixture, type);
  await test.database.execute(`update user_account set slurm_accounts = '{first,second}' where id = $1`, [fixture.person.userId]);
  return fixture;
}

/** Answers the next question about this user's resource, as a worker would. */
async function answerNext({ person }: JobFixture, outcome: QuestionOutcome): Promise<OpenQuestion & { backend: string }> {
  const asked = await waitFor('a question', async () => {
    const [work] = await test.database.query<{ id: number; backend: string }>(
      `select id, backend_type as backend from work where kind = 'question' and resource_id = $1`,
      [person.resourceId],
    );
    const question = work === undefined ? null : await findOpenQuestion(test.database, work.id);
    return question === null ? undefined : { ...question, ...work! };
  });
  await test.database.transaction((transaction) => answerQuestion(transaction, asked.id, outcome));
  return asked;
}

describe('the queue of a cluster', () => {
  it.each([
    ['slurm_sudo', '', { login: '', parameters: { user: null, accounts: [] } }],
    ['slurm_sudo', '?scope=user', { login: '', parameters: { user: 'jane', accounts: [] } }],
    ['slurm_ssh', '?scope=all', { login: 'jane', parameters: { user: null, accounts: [] } }],
    ['slurm_ssh', '?scope=accounts', { login: 'jane', parameters: { user: null, accounts: ['first', 'second'] } }],
  ] as const)('of a %s resource (query "%s") is asked of a worker and comes as text', async (type, query, expected) => {
    const user = await aUser(type);
    const [answer, asked] = await Promise.all([squeue(user, query), answerNext(user, { answer: 'JOBID\n 17 ü\n' })]);
    expect(answer).toMatchObject({ status: 200, text: 'JOBID\n 17 ü\n', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    const { login, backend, parameters } = asked;
    expect({ login, backend, parameters: Object.fromEntries(parameters) }).toEqual({ ...expected, backend: type });
    expect(await test.database.query('select id from question where resource_id = $1', [user.person.resourceId])).toEqual([]);
  });

  it('that cannot be listed is a refusal without the cause, which is in the log', async () => {
    const user = await aUser('slurm_ssh');
    const [answer] = await Promise.all([squeue(user), answerNext(user, { failure: 'no route to /secret/host' })]);
    expect(answer).toMatchObject({ status: 422, body: { detail: 'The queue of the cluster could not be listed, please try again.' } });
    expect(api.log.join('')).toContain('no route to /secret/host');
  });

  it('is waited for ten seconds, without a connection, and nothing is left of the question', { timeout: 60_000 }, async () => {
    const users = await Promise.all(Array.from({ length: 15 }, () => aUser('slurm_sudo')));
    const askedAt = performance.now();
    const answers = Promise.all(users.map((user) => squeue(user)));
    // More requests wait than there are connections.
    expect(await squeue(await aJobFixture(api, test.database))).toMatchObject({ status: 422 });
    expect((await answers).map(({ status }) => status)).toEqual(users.map(() => 422));
    expect(performance.now() - askedAt).toBeGreaterThan(9_000);
    expect(await test.database.query(`select id from work where kind = 'question'`)).toEqual([]);
  });

  it('does not exist on a local resource', async () => {
    const fixture = await aJobFixture(api, test.database);
    const detail = "This endpoint is not available for resources of type 'local'.";
    expect(await squeue(fixture)).toMatchObject({ status: 422, body: { detail } });
  });

  it('is refused to guests', async () => {
    const user = await aUser('slurm_sudo');
    await test.database.execute('update user_account set is_guest = true where id = $1', [user.person.userId]);
    expect(await squeue(user)).toMatchObject({ status: 403 });
  });
});
