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

let count = 0;
const create = (fields: object = {}, query = 'private=true', { userId } = owner) =>
  api.request('POST', `/api/v2/task/?${query}`, {
    as: userId,
    json: { name: `task-${(count += 1)}`, version: '1', command_parallel: 'run', ...fields } as never,
  });
const idOf = ({ body }: { body: unknown }) => (body as { id: number }).id;
const patch = (id: number, json: object, { userId } = owner) =>
  api.request('PATCH', `/api/v2/task/${id}/`, { as: userId, json: json as never });

describe('making a task', () => {
  it('takes null meta as none, and the task stays readable', async () => {
    const created = await create({ meta_parallel: null, meta_non_parallel: null });
    expect(created).toMatchObject({ status: 201, body: { meta_parallel: {}, meta_non_parallel: {} } });
    expect(await api.request('GET', `/api/v2/task/${idOf(created)}/`, { as: owner.userId })).toMatchObject({ status: 200 });
  });

  it.each([
    [{ command_non_parallel: 'a' }, 'compound'],
    [{ command_parallel: undefined, command_non_parallel: 'a' }, 'non_parallel'],
    [{}, 'parallel'],
    [{ type: 'converter_compound', command_non_parallel: 'a' }, 'converter_compound'],
  ])('of %j gives the type %s', async (fields, type) => {
    expect(await create(fields)).toMatchObject({ status: 201, body: { type } });
  });

  it('gives one of many that ask for the same name and version at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => create({ name: 'raced' })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422, 422, 422, 422, 422]);
  });

  it('gives a user group one of what its members share at once', async () => {
    const query = `user_group_id=${userGroupId}`;
    const answers = await Promise.all([create({ name: 'shared' }, query), create({ name: 'shared' }, query, colleague)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422]);
  });

  it('tells of a user group that is missing or not the own', async () => {
    const foreign = await aUserGroup(test.database, [colleague.userId]);
    expect(await create({}, `user_group_id=${foreign}`)).toMatchObject({ status: 403 });
    expect(await create({}, 'user_group_id=2000000000')).toMatchObject({ status: 404 });
    expect(await create({}, `private=true&user_group_id=${userGroupId}`)).toMatchObject({ status: 422 });
  });

  it('fails as a list when the default group is configured but missing', async () => {
    const strict = await TestApi.start(test.database, { defaultGroupName: 'All' });
    const json = { name: 'x', version: '1', command_parallel: 'run' };
    expect(await strict.request('POST', '/api/v2/task/', { as: owner.userId, json })).toMatchObject({
      status: 404,
      body: { detail: [expect.any(String)] },
    });
    await strict.close();
  });
});

describe('changing a task', () => {
  it('refuses null tags, and the task stays readable for everybody', async () => {
    const id = idOf(await create());
    expect(await patch(id, { tags: null })).toMatchObject({ status: 422 });
    expect(await api.request('GET', '/api/v2/task/', { as: owner.userId })).toMatchObject({ status: 200 });
  });

  it('refuses characters in a command that a creation refuses', async () => {
    expect(await patch(idOf(await create()), { command_parallel: 'echo $HOME; ls' })).toMatchObject({ status: 422 });
  });

  it('leaves the code of a package alone', async () => {
    const id = idOf(await create());
    await test.database.execute(`update task_group set origin = 'pypi' where id = (select task_group_id from task where id = $1)`, [id]);
    expect(await patch(id, { category: 'c' })).toMatchObject({ status: 200 });
    expect(await patch(id, { input_types: {}, command_parallel: 'x' })).toMatchObject({
      status: 422,
      body: { detail: "Cannot update 'command_parallel' when task_group.origin='pypi'." },
    });
  });

  it('is only for the owner, on the resource of the task', async () => {
    const id = idOf(await create({}, `user_group_id=${userGroupId}`));
    expect(await patch(id, {}, colleague)).toMatchObject({ status: 403, body: { detail: [expect.any(String)] } });
    const mover = await aPerson(test.database);
    const own = idOf(await create({}, 'private=true', mover));
    await test.database.execute('update profile set resource_id = $1 where id = $2', [owner.resourceId, mover.profileId]);
    expect(await patch(own, {}, mover)).toMatchObject({ status: 403, body: { detail: expect.any(String) as unknown } });
  });
});

it('is read by those who may, on the resource of its group', async () => {
  const id = idOf(await create({}, `user_group_id=${userGroupId}`));
  const stranger = await aPerson(test.database);
  const status = async ({ userId }: Person) => (await api.request('GET', `/api/v2/task/${id}/`, { as: userId })).status;
  expect([await status(owner), await status(colleague), await status(stranger)]).toEqual([200, 200, 403]);
});
