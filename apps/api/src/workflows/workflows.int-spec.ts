import type { EventEmitter } from 'node:events';
import { aPerson, aSubmittedJob, aUserGroup, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let person: Person;
let project: string;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
  person = await aPerson(test.database);
  project = `/api/v2/project/${person.projectId}`;
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

let count = 0;
const aTask = async (fields: object = {}): Promise<{ id: number; name: string; taskgroupv2_id: number }> => {
  const json = { name: `task-${(count += 1)}`, version: '1', command_parallel: 'run', ...fields };
  const { status, body } = await api.request('POST', '/api/v2/task/?private=true', { as: person.userId, json });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body as { id: number; name: string; taskgroupv2_id: number };
};
const aWorkflow = async (...taskIds: number[]): Promise<string> => {
  const created = await api.request('POST', `${project}/workflow/`, { as: person.userId, json: { name: `workflow-${(count += 1)}` } });
  const url = `${project}/workflow/${(created.body as { id: number }).id}`;
  if (taskIds.length > 0) {
    const json = taskIds.map((task_id) => ({ task_id }));
    expect(await api.request('POST', `${url}/wftask/`, { as: person.userId, json })).toMatchObject({ status: 201 });
  }
  return url;
};
const idOf = (url: string) => Number(url.split('/').at(-1));
const get = async (url: string) => (await api.request('GET', `${url}/`, { as: person.userId })).body as Record<string, never>;
const taskList = async (url: string) => (await get(url))['task_list'] as unknown as { id: number; order: number; task_id: number }[];

describe('names of workflows', () => {
  it('are given once when many ask at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.request('POST', `${project}/workflow/`, { as: person.userId, json: { name: 'popular' } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422, 422, 422, 422, 422, 422, 422]);
    expect(answers.find((answer) => answer.status === 422)?.body).toEqual({
      detail: `Workflow with name='popular' and project_id=${person.projectId} already exists.`,
    });
  });

  it('are taken once when many are renamed at the same time', async () => {
    const urls = await Promise.all(Array.from({ length: 5 }, () => aWorkflow()));
    const answers = await Promise.all(urls.map((url) => api.request('PATCH', `${url}/`, { as: person.userId, json: { name: 'renamed' } })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422, 422, 422, 422]);
  });
});

describe('the order of tasks', () => {
  it('is whole after reorders, insertions and deletions that came at once', async () => {
    const { id } = await aTask();
    const url = await aWorkflow(id, id, id, id);
    const [a, b, c, d] = (await taskList(url)).map((item) => item.id);
    const answers = await Promise.all([
      api.request('PATCH', `${url}/`, { as: person.userId, json: { reordered_workflowtask_ids: [d!, c!, b!, a!] } }),
      ...[0, 1, 2, 3].map((order) => api.request('POST', `${url}/wftask/?order=${order}`, { as: person.userId, json: [{ task_id: id }] })),
      api.request('DELETE', `${url}/wftask/${a}/`, { as: person.userId }),
      api.request('DELETE', `${url}/wftask/${b}/`, { as: person.userId }),
    ]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect((await taskList(url)).map((item) => item.order)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('refuses ids that are not those of the workflow', async () => {
    const { id } = await aTask();
    const url = await aWorkflow(id, id);
    const [first, second] = (await taskList(url)).map((item) => item.id);
    const answer = await api.request('PATCH', `${url}/`, { as: person.userId, json: { reordered_workflowtask_ids: [second!] } });
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: `\`reordered_workflowtask_ids\` must be a permutation of [${first}, ${second}] (given [${second}])` },
    });
  });
});

describe('a submitted job', () => {
  it('keeps its workflow from being deleted, re-ordered and shortened, not from growing at its end', async () => {
    const { id } = await aTask();
    const url = await aWorkflow(id);
    const [workflowTask] = await taskList(url);
    const jobId = await aSubmittedJob(test.database, person, idOf(url));
    const as = person.userId;
    const reordered_workflowtask_ids = [workflowTask!.id];
    expect(await api.request('DELETE', `${url}/`, { as })).toMatchObject({
      status: 422,
      body: { detail: `Cannot delete workflow ${idOf(url)} because it is linked to active job(s) ${jobId}.` },
    });
    expect(await api.request('PATCH', `${url}/`, { as, json: { reordered_workflowtask_ids } })).toMatchObject({ status: 422 });
    expect(await api.request('DELETE', `${url}/wftask/${workflowTask!.id}/`, { as })).toMatchObject({ status: 422 });
    expect(await api.request('POST', `${url}/wftask/?order=0`, { as, json: [{ task_id: id }] })).toMatchObject({ status: 422 });
    expect(await api.request('POST', `${url}/wftask/?order=1`, { as, json: [{ task_id: id }] })).toMatchObject({ status: 201 });
    expect(await api.request('PATCH', `${url}/wftask/${workflowTask!.id}/`, { as, json: { alias: 'x' } })).toMatchObject({ status: 200 });
    await test.database.execute(`update job set status = 'done' where id = $1`, [jobId]);
    expect(await api.request('DELETE', `${url}/`, { as })).toMatchObject({ status: 204 });
  });
});

describe('reading', () => {
  it('takes as many statements for fifty tasks as for one', async () => {
    const tasks = await Promise.all(Array.from({ length: 50 }, () => aTask()));
    const [short, long] = [await aWorkflow(tasks[0]!.id), await aWorkflow(...tasks.map((task) => task.id))];
    // Outside of a transaction every statement takes a connection from the pool of the application.
    const { master: pool } = test.database.dataSource.driver as unknown as { master: EventEmitter };
    let statements = 0;
    const countOne = () => (statements += 1);
    pool.on('acquire', countOne);
    const statementsOf = async (url: string) => {
      statements = 0;
      await get(url);
      return statements;
    };
    const counts = [await statementsOf(short), await statementsOf(long)];
    pool.off('acquire', countOne);
    expect(counts[0]).toBeGreaterThan(1);
    expect(counts[1]).toBe(counts[0]);
    expect(counts[1]).toBeLessThanOrEqual(5);
  });

  it('warns of tasks that the caller cannot run', async () => {
    const [secret, inactive] = [await aTask(), await aTask()];
    const url = await aWorkflow(secret.id, inactive.id);
    await test.database.execute('update task_group set active = false where id = $1', [inactive.taskgroupv2_id]);
    const guest = await aPerson(test.database, { resourceId: person.resourceId });
    await test.database.execute(`insert into project_member values ($1, $2, false, true, 'r')`, [person.projectId, guest.userId]);
    const group = await aUserGroup(test.database, [person.userId, guest.userId]);
    await test.database.execute('update task_group set user_group_id = $1 where id = $2', [group, inactive.taskgroupv2_id]);
    const warnings = async (as: number) =>
      ((await api.request('GET', `${url}/`, { as })).body as { task_list: { warning: string }[] }).task_list.map((item) => item.warning);
    expect(await warnings(person.userId)).toEqual([null, 'Task is not active.']);
    expect(await warnings(guest.userId)).toEqual(['Current user has no access to this task.', 'Task is not active.']);
  });

  it('refuses the type flow of filters that contradict a task changed since', async () => {
    const task = await aTask();
    const url = await aWorkflow();
    const json = [{ task_id: task.id, type_filters: { '3D': true } }];
    expect(await api.request('POST', `${url}/wftask/`, { as: person.userId, json })).toMatchObject({ status: 201 });
    await api.request('PATCH', `/api/v2/task/${task.id}/`, { as: person.userId, json: { input_types: { '3D': false } } });
    expect(await api.request('GET', `${url}/type-filters-flow/`, { as: person.userId })).toMatchObject({ status: 422 });
  });
});

describe('the import', () => {
  const importFile = (json: object) => api.request('POST', `${project}/workflow/import/`, { as: person.userId, json: json as never });
  const namedTask = ({ name }: { name: string }, fields: object = {}) => ({ task: { pkg_name: name, name, version: '1' }, ...fields });

  it('takes what the export writes, and answers what the workflow then is', async () => {
    const task = await aTask({ meta_parallel: { cpus: 1 } });
    const url = await aWorkflow();
    const raw = `[{"task_id": ${task.id}, "args_parallel": {"z": 1.0, "a": 12345678901234567890, "n": null}, "alias": "al"}]`;
    await api.request('POST', `${url}/wftask/`, { as: person.userId, raw, headers: { 'content-type': 'application/json' } });
    const exported = await api.request('GET', `${url}/export/`, { as: person.userId });
    const imported = await api.request('POST', `${project}/workflow/import/`, {
      as: person.userId,
      raw: exported.text.replace(/"name":"workflow-\d+"/, `"name":"copy-${(count += 1)}"`),
      headers: { 'content-type': 'application/json' },
    });
    expect(imported.status).toBe(201);
    expect(imported.text).toContain('"args_parallel":{"z":1.0,"a":12345678901234567890,"n":null}');
    expect(imported.body).toEqual(await get(`${project}/workflow/${(imported.body as { id: number }).id}`));
  });

  it('says of every task what there is instead, and stores nothing', async () => {
    const known = await aTask();
    const answer = await importFile({ name: 'unknown', task_list: [namedTask(known), namedTask({ name: 'nowhere' })] });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        detail: '[HAS_ERROR_DATA]',
        data: [
          { outcome: 'success', pkg_name: known.name, version: '1', task_name: known.name, task_id: known.id },
          { outcome: 'fail', pkg_name: 'nowhere', version: '1', task_name: 'nowhere', available_tasks: [] },
        ],
      },
    });
    expect(await importFile({ name: 'unknown', task_list: [] })).toMatchObject({ status: 201 });
  });

  it('turns the type filters of old files into new ones', async () => {
    const task = await aTask();
    const input_filters = { attributes: {}, types: { '3D': true } };
    const answer = await importFile({ name: 'old', task_list: [namedTask(task, { input_filters })] });
    expect(answer).toMatchObject({ status: 201, body: { task_list: [{ type_filters: { '3D': true } }] } });
  });

  it.each([
    ['input filters without attributes', { input_filters: { types: {} } }],
    ['input filters that are no object', { input_filters: 3 }],
    ['a reserved argument', { args_parallel: { zarr_url: '/x' } }],
  ])('refuses %s, where the reference fails', async (_, fields) => {
    expect(await importFile({ name: 'refused', task_list: [namedTask(await aTask(), fields)] })).toMatchObject({ status: 422 });
  });

  it('refuses an item that is no object', async () => {
    expect(await importFile({ name: 'refused', task_list: [3] })).toMatchObject({ status: 422 });
  });

  it('gives a name once when many files with it arrive at the same time', async () => {
    const task = await aTask();
    const answers = await Promise.all(Array.from({ length: 4 }, () => importFile({ name: 'raced', task_list: [namedTask(task)] })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422, 422, 422]);
  });
});
