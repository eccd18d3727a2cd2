import { aPerson, aUserGroup, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let owner: Person;
let colleague: Person;
let userGroupId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
  owner = await aPerson(test.database);
  colleague = await aPerson(test.database, { resourceId: owner.resourceId });
  userGroupId = await aUserGroup(test.database, [owner.userId, colleague.userId]);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const aTaskGroup = async (name: string, { userId } = owner, version = '1'): Promise<number> => {
  const json = { name, version, command_parallel: 'run' };
  const { body } = await api.request('POST', '/api/v2/task/?private=true', { as: userId, json });
  return (body as { taskgroupv2_id: number }).taskgroupv2_id;
};
const share = (id: number, user_group_id: number | null, { userId } = owner) =>
  api.request('PATCH', `/api/v2/task-group/${id}/`, { as: userId, json: { user_group_id } });
const get = (url: string, { userId } = owner) => api.request('GET', `/api/v2/task-group/${url}`, { as: userId });

describe('sharing a task group', () => {
  it('lets members of the user group read it, until it is private again', async () => {
    const id = await aTaskGroup('given');
    expect((await get(`${id}/`, colleague)).status).toBe(403);
    expect(await share(id, userGroupId)).toMatchObject({ status: 200, body: { user_group_id: userGroupId, user_email: owner.email } });
    expect((await get(`${id}/`, colleague)).status).toBe(200);
    expect(await share(id, null)).toMatchObject({ status: 200, body: { user_group_id: null } });
    expect((await get(`${id}/`, colleague)).status).toBe(403);
  });

  it('gives a user group one of two that come at once', async () => {
    const [mine, theirs] = [await aTaskGroup('contested'), await aTaskGroup('contested', colleague)];
    const answers = await Promise.all([share(mine, userGroupId), share(theirs, userGroupId, colleague)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    expect(answers.find((answer) => answer.status === 422)?.body).toMatchObject({
      detail: expect.stringMatching(
        /^UserGroup group-.* already owns a task group with pkg_name='contested' and version='1'\.$/,
      ) as unknown,
    });
  });

  it('is for its owner, and with user groups of the owner', async () => {
    const id = await aTaskGroup('own');
    expect(await share(id, userGroupId, colleague)).toMatchObject({ status: 403, body: { detail: [expect.any(String)] } });
    expect(await share(id, await aUserGroup(test.database, [colleague.userId]))).toMatchObject({ status: 403 });
    expect(await share(id, 2_000_000_000)).toMatchObject({ status: 404 });
    expect(await share(2_000_000_000, null)).toMatchObject({ status: 404 });
  });

  it('changes nothing for an empty body', async () => {
    const id = await aTaskGroup('unchanged');
    expect(await api.request('PATCH', `/api/v2/task-group/${id}/`, { as: owner.userId, json: {} })).toMatchObject({ status: 200 });
  });
});

it('lists packages with one task group for each version', async () => {
  const person = await aPerson(test.database, { resourceId: owner.resourceId });
  const group = await aUserGroup(test.database, [person.userId, colleague.userId]);
  const theirs = await aTaskGroup('listed', colleague, '1.0');
  await share(theirs, group, colleague);
  const own = await aTaskGroup('listed', person, '1.0');
  const newer = await aTaskGroup('listed', person, '1.10');
  const list = async (query = '') =>
    ((await get(query, person)).body as [string, { id: number }[]][]).map(([name, groups]) => [name, groups.map(({ id }) => id)]);
  expect(await list()).toEqual([['listed', [newer, own]]]);
  await test.database.execute('update task_group set active = false where id = $1', [own]);
  expect(await list('?only_active=true')).toEqual([['listed', [newer, theirs]]]);
  expect(await list('?only_active=true&only_owner=true')).toEqual([['listed', [newer]]]);
});

describe('activities', () => {
  it('are shown to the user whose they are', async () => {
    const [row] = await test.database.query<{ id: number }>(
      `insert into activity (user_id, pkg_name, version, status, action, fractal_server_version, resource_id)
       values ($1, 'pkg', '1', 'pending', 'collect', '0', $2) returning id`,
      [owner.userId, owner.resourceId],
    );
    const id = row!.id;
    const activity = {
      id,
      user_id: owner.userId,
      taskgroupv2_id: null,
      status: 'pending',
      action: 'collect',
      log: null,
      timestamp_ended: null,
    };
    expect(await get(`activity/${id}/`)).toMatchObject({ status: 200, body: activity });
    expect(await get(`activity/?task_group_activity_id=${id}&status=pending`)).toMatchObject({ status: 200, body: [activity] });
    expect(await get('activity/?pkg_name=%25')).toMatchObject({ status: 200, body: [] });
    expect(await get(`activity/${id}/`, colleague)).toMatchObject({ status: 403, body: { detail: [expect.any(String)] } });
    expect(await get('activity/', colleague)).toMatchObject({ status: 200, body: [] });
    expect(await get('activity/2000000000/')).toMatchObject({ status: 404 });
    expect(await get('activity/?timestamp_started_min=2026-01-01T00:00:00')).toMatchObject({ status: 422 });
  });
});
