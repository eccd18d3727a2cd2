import { aPerson, aSubmittedJob, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let owner: Person;
let other: Person;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  owner = await aPerson(test.database);
  other = await aPerson(test.database);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const FORBIDDEN = {
  detail: 'You are not authorized to perform this action. If you think this is by mistake, please contact the project owner.',
};

const url = () => `/api/v2/project/${owner.projectId}/`;

async function share(permissions: 'r' | 'rw' | 'rwx', { isVerified }: { isVerified: boolean }): Promise<void> {
  await test.database.execute('delete from project_member where project_id = $1 and user_id = $2', [owner.projectId, other.userId]);
  await test.database.execute('insert into project_member values ($1, $2, false, $3, $4)', [
    owner.projectId,
    other.userId,
    isVerified,
    permissions,
  ]);
}

describe('the gate of a project', () => {
  it('refuses strangers and those who have not accepted the invitation in the same words', async () => {
    expect(await api.request('GET', url(), { as: other.userId })).toMatchObject({ status: 403, body: FORBIDDEN });
    await share('rwx', { isVerified: false });
    expect(await api.request('GET', url(), { as: other.userId })).toMatchObject({ status: 403, body: FORBIDDEN });
  });

  it('lets a member do what the permission says, and no more', async () => {
    await share('r', { isVerified: true });
    expect(await api.request('GET', url(), { as: other.userId })).toMatchObject({ status: 200 });
    expect(await api.request('PATCH', url(), { as: other.userId, json: {} })).toMatchObject({ status: 403, body: FORBIDDEN });
    await share('rw', { isVerified: true });
    expect(await api.request('PATCH', url(), { as: other.userId, json: {} })).toMatchObject({ status: 200 });
    expect(await api.request('DELETE', url(), { as: other.userId })).toMatchObject({ status: 403, body: FORBIDDEN });
  });

  it('lets nobody but the owner delete', async () => {
    await share('rwx', { isVerified: true });
    expect(await api.request('DELETE', url(), { as: other.userId })).toMatchObject({ status: 403 });
    expect(await api.request('GET', url(), { as: owner.userId })).toMatchObject({ status: 200 });
  });

  it('does not show what belongs to another project', async () => {
    const created = await api.request('POST', `/api/v2/project/${other.projectId}/dataset/`, {
      as: other.userId,
      json: { name: 'theirs' },
    });
    const { id } = created.body as { id: number };
    const answer = await api.request('GET', `${url()}dataset/${id}/`, { as: owner.userId });
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Dataset not found' } });
  });
});

describe('projects', () => {
  it('get a name once when many ask for it at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.request('POST', '/api/v2/project/', { as: owner.userId, json: { name: 'popular' } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422, 422, 422]);
    expect(answers.find(({ status }) => status === 422)?.body).toEqual({ detail: 'Project name (popular) already in use' });
  });

  it('shared with the caller are in a list of their own, once accepted', async () => {
    await share('r', { isVerified: false });
    const shared = async () => (await api.request('GET', '/api/v2/project/?is_owner=false', { as: other.userId })).body as { id: number }[];
    expect(await shared()).toEqual([]);
    await share('r', { isVerified: true });
    expect((await shared()).map(({ id }) => id)).toEqual([owner.projectId]);
  });

  it('are not deleted while a job runs', async () => {
    const person = await aPerson(test.database);
    const jobId = await aSubmittedJob(test.database, person);
    const answer = await api.request('DELETE', `/api/v2/project/${person.projectId}/`, { as: person.userId });
    const detail = `Cannot delete project ${person.projectId} because it is linked to active job(s) ${jobId}.`;
    expect(answer).toMatchObject({ status: 422, body: { detail } });
  });

  it.each(['0', '-1', '2147483648', '99999999999999999999', 'x', '1.5', '%00'])(
    'refuse the id %s, which no project can have',
    async (id) => {
      const { status } = await api.request('GET', `/api/v2/project/${id}/`, { as: owner.userId });
      expect([404, 422]).toContain(status);
    },
  );
});
