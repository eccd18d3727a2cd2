import { aPerson, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let person: Person;
let project: string;
let datasetId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
  person = await aPerson(test.database);
  project = `/api/v2/project/${person.projectId}`;
  const images = ['a', 'b', 'c'].map((name) => ({ zarr_url: `/data/z/${name}`, types: { ' ok ': name !== 'c' } }));
  datasetId = await post('/dataset/import/', { name: 'd', zarr_dir: '/data/z', images });
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

async function post(path: string, json: object): Promise<number> {
  const url = path.startsWith('/task/') ? `/api/v2${path}` : `${project}${path}`;
  const { status, body } = await api.request('POST', url, { as: person.userId, json: json as never });
  expect({ status, body }).toMatchObject({ status: 201 });
  return ((Array.isArray(body) ? body[0] : body) as { id: number }).id;
}

let count = 0;
/** A workflow of two tasks; gives its id and theirs. */
async function aWorkflow(first: object): Promise<[workflowId: number, firstId: number, secondId: number]> {
  const workflowId = await post('/workflow/', { name: `w${(count += 1)}` });
  const add = async (fields: object) => {
    const task_id = await post('/task/?private=true', { name: `t${(count += 1)}`, version: '1', command_parallel: 'run', ...fields });
    return post(`/workflow/${workflowId}/wftask/`, [{ task_id }]);
  };
  return [workflowId, await add(first), await add({})];
}

const nonProcessed = (workflowId: number, taskId: number, json: object = {}, dataset = datasetId) =>
  api.request('POST', `${project}/dataset/${dataset}/images/non-processed/?workflow_id=${workflowId}&workflowtask_id=${taskId}`, {
    as: person.userId,
    json: json as never,
  });

describe('images that the task before has not processed', () => {
  it('are those that pass the filters, as long as it has run on none', async () => {
    const [workflowId, , second] = await aWorkflow({});
    expect(await nonProcessed(workflowId, second)).toMatchObject({ status: 200, body: ['/data/z/a', '/data/z/b', '/data/z/c'] });
    expect(await nonProcessed(workflowId, second, { type_filters: { ok: false } })).toMatchObject({ body: ['/data/z/c'] });
    expect(await nonProcessed(workflowId, second, { type_filters: { ' ok ': true } })).toMatchObject({ body: [] });
  });

  it('do not matter to the first task, nor after a task that makes images anew', async () => {
    const [workflowId, first] = await aWorkflow({});
    expect(await nonProcessed(workflowId, first, {}, 987654)).toMatchObject({ status: 200, body: [] });
    const [typed, , afterTyped] = await aWorkflow({ output_types: { '3D': true } });
    expect(await nonProcessed(typed, afterTyped)).toMatchObject({ status: 200, body: [] });
    const converter = { type: 'converter_non_parallel', command_non_parallel: 'run', command_parallel: undefined };
    const [converted, , afterConverter] = await aWorkflow(converter);
    expect(await nonProcessed(converted, afterConverter)).toMatchObject({ status: 200, body: [] });
  });

  it('need a workflow, a task and a dataset that are there', async () => {
    const [workflowId, , second] = await aWorkflow({});
    expect(await nonProcessed(987654, second)).toMatchObject({ status: 404, body: { detail: 'Workflow not found' } });
    expect(await nonProcessed(workflowId, 987654)).toMatchObject({ status: 404, body: { detail: 'WorkflowTask not found' } });
    expect(await nonProcessed(workflowId, second, {}, 987654)).toMatchObject({ status: 404, body: { detail: 'Dataset not found' } });
  });
});
