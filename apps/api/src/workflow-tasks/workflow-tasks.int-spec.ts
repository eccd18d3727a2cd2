import { aPerson, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let person: Person;
let wftasks: string;
let workflow: string;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
  person = await aPerson(test.database);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

let count = 0;
beforeEach(async () => {
  const project = `/api/v2/project/${person.projectId}`;
  const { body } = await post(`${project}/workflow/`, { name: `workflow-${(count += 1)}` });
  workflow = `${project}/workflow/${(body as { id: number }).id}`;
  wftasks = `${workflow}/wftask`;
});

const post = (url: string, json: unknown) => api.request('POST', url, { as: person.userId, json: json as never });
const patch = (url: string, json: unknown) => api.request('PATCH', url, { as: person.userId, json: json as never });
const aTask = async (fields: object = {}, as = person.userId): Promise<number> => {
  const json = { name: `task-${(count += 1)}`, version: '1', command_parallel: 'run', ...fields };
  return ((await api.request('POST', '/api/v2/task/?private=true', { as, json })).body as { id: number }).id;
};
const add = async (item: object): Promise<{ url: string; text: string; body: Record<string, unknown> }> => {
  const { status, text, body } = await post(`${wftasks}/`, [item]);
  expect({ status, body }).toMatchObject({ status: 201 });
  const [added] = body as { id: number }[];
  return { url: `${wftasks}/${added!.id}/`, text, body: added as never };
};
const aliases = async () =>
  ((await api.request('GET', `${workflow}/`, { as: person.userId })).body as { task_list: { alias: string }[] }).task_list.map(
    (item) => item.alias,
  );

describe('adding tasks', () => {
  it('puts them at their place in the order given, or at the end', async () => {
    const task_id = await aTask();
    const items = (...names: string[]) => names.map((alias) => ({ task_id, alias }));
    await post(`${wftasks}/`, items('a', 'b'));
    await post(`${wftasks}/?order=1`, items('c', 'd'));
    await post(`${wftasks}/?order=99`, items('e'));
    expect(await aliases()).toEqual(['a', 'c', 'd', 'b', 'e']);
  });

  it('adds none when one is refused, and tells of the first in order', async () => {
    const parallel = await aTask();
    const answer = await post(`${wftasks}/`, [
      { task_id: parallel },
      { task_id: parallel, args_non_parallel: {} },
      { task_id: 2_000_000_000 },
    ]);
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('if the associated Task is `parallel`') as unknown },
    });
    expect(await aliases()).toEqual([]);
  });

  it('refuses tasks of others and inactive ones', async () => {
    const stranger = await aPerson(test.database, { resourceId: person.resourceId });
    expect(await post(`${wftasks}/`, [{ task_id: await aTask({}, stranger.userId) }])).toMatchObject({ status: 403 });
    const inactive = await aTask();
    await test.database.execute('update task_group set active = false where id = (select task_group_id from task where id = $1)', [
      inactive,
    ]);
    expect(await post(`${wftasks}/`, [{ task_id: inactive }])).toMatchObject({ status: 422 });
  });

  it("puts the given meta on top of the task's", async () => {
    const task_id = await aTask({ meta_parallel: { cpus: 1, mem: 2 } });
    const { body } = await add({ task_id, meta_parallel: { mem: 3, gpu: 1 } });
    expect(body).toMatchObject({ meta_parallel: { cpus: 1, mem: 3, gpu: 1 }, meta_non_parallel: null });
  });

  it('keeps a task from being deleted while it is being added', async () => {
    const task_id = await aTask();
    const [answer, deleted] = await Promise.all([
      post(`${wftasks}/`, [{ task_id }]),
      test.database.execute('delete from task where id = $1', [task_id]).catch(() => 0),
    ]);
    expect([
      [201, 0],
      [404, 1],
    ]).toContainEqual([answer.status, deleted]);
  });
});

describe('changing a workflow task', () => {
  it('replaces what is given, stores empty arguments as none and keeps number kinds', async () => {
    const { url } = await add({ task_id: await aTask(), args_parallel: { a: 1 }, alias: 'x' });
    const raw = '{"meta_parallel": {"b": 1.0, "a": 1e3}, "args_parallel": {}}';
    const answer = await api.request('PATCH', url, { as: person.userId, raw, headers: { 'content-type': 'application/json' } });
    expect(answer.text).toContain('"meta_parallel":{"b":1.0,"a":1000.0}');
    expect(answer.body).toMatchObject({ args_parallel: null, alias: 'x' });
    expect((await patch(url, { alias: null })).body).toMatchObject({ alias: null, meta_parallel: { a: 1000, b: 1 } });
  });

  it('accepts a null on the side that the task lacks', async () => {
    const { url } = await add({ task_id: await aTask() });
    expect(await patch(url, { args_non_parallel: null, args_parallel: { a: 1 } })).toMatchObject({ status: 200 });
    expect(await patch(url, { args_non_parallel: {} })).toMatchObject({ status: 422 });
  });

  it('does nothing for an empty body', async () => {
    const { url, body } = await add({ task_id: await aTask(), args_parallel: { a: 1 } });
    expect(await patch(url, {})).toMatchObject({ status: 200, body });
  });

  it('never stores arguments for the wrong side, also when the task is replaced meanwhile', async () => {
    const plain = await aTask({ command_parallel: undefined, command_non_parallel: 'run' });
    const converter = await aTask({ command_parallel: undefined, command_non_parallel: 'run', type: 'converter_non_parallel' });
    const { url, body } = await add({ task_id: plain });
    const [changed, replaced] = await Promise.all([
      patch(url, { args_parallel: { a: 1 } }),
      post(`${wftasks}/replace-task/?workflow_task_id=${String(body['id'])}&task_id=${converter}`, {}),
    ]);
    expect([changed.status, replaced.status]).toEqual([422, 201]);
  });
});

describe('replacing a task', () => {
  it('carries over what the user had changed of the meta', async () => {
    const [oldTask, newTask] = [
      await aTask({ meta_parallel: { cpu: 1, mem: 10 } }),
      await aTask({ meta_parallel: { cpu: 2, mem: 20, tmp: 5 } }),
    ];
    const { url, body } = await add({ task_id: oldTask, args_parallel: { a: 1 }, alias: 'kept' });
    await patch(url, { meta_parallel: { cpu: 4, gpu: 1 } });
    const answer = await post(`${wftasks}/replace-task/?workflow_task_id=${String(body['id'])}&task_id=${newTask}`, {});
    expect(answer).toMatchObject({
      status: 201,
      body: { task_id: newTask, alias: 'kept', args_parallel: { a: 1 }, meta_parallel: { cpu: 4, tmp: 5, gpu: 1 }, meta_non_parallel: {} },
    });
  });

  it('offers newer versions that the caller could put there, and no others', async () => {
    const schema = { args_schema_parallel: { type: 'object' } };
    const name = `tool-${(count += 1)}`;
    const current = await aTask({ name, ...schema });
    const newer = await aTask({ name, version: '1.10', ...schema });
    const newest = await aTask({ name, version: '2', ...schema });
    await aTask({ name, version: '0.9', ...schema });
    await aTask({ name, version: '3' });
    const elsewhere = await aTask({ name, version: '4', ...schema });
    const other = await aPerson(test.database);
    await test.database.execute('update task_group set resource_id = $1 where id = (select task_group_id from task where id = $2)', [
      other.resourceId,
      elsewhere,
    ]);
    await add({ task_id: current });
    await add({ task_id: await aTask() });
    const answer = await api.request('GET', `${workflow}/version-update-candidates/`, { as: person.userId });
    expect(answer.body).toEqual([
      [
        { task_id: newer, version: '1.10' },
        { task_id: newest, version: '2' },
      ],
      [],
    ]);
  });
});
