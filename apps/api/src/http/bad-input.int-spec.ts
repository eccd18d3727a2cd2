import { OpenApiComponents, type JsonInput } from '@fractal-server/domain';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../test/test-api.js';
import { someCallers, type Callers } from '../../test/callers.js';
import { SampleModels } from '../../test/sample-models.js';
import { allEndpoints } from '../openapi/openapi-document.js';
import type { EndpointDeclaration } from './index.js';

/** Values that no parameter expects, as they stand in an address. */
const BAD_PARAMETERS = [
  '99999999999',
  '-99999999999',
  '9'.repeat(5000),
  '%00',
  'a%00b',
  '%ff',
  '%F0%9F%94%91',
  'x'.repeat(4000),
  '',
  '1e400',
  '-0',
];

/** JSON that no field expects. */
const BAD_VALUES = [
  '"\\u0000"',
  '"a\\ud800b"',
  '99999999999999999999',
  '-2147483649',
  '1e308',
  '1.0',
  `"${'x'.repeat(20_000)}"`,
  '[]',
  '[[[[]]]]',
  '{}',
  '{"\\u0000": 1}',
  '{"__proto__": {"constructor": 1}, "": null}',
  '[null]',
  '["\\udfff"]',
  'null',
  'true',
  '"2024-13-45T99:99:99Z"',
  '"s3://"',
  '"/../"',
];

/** Bodies that are no object of any form. */
const BAD_BODIES = [
  '',
  'null',
  '[]',
  '[{}]',
  '1',
  '"\\u0000"',
  '{"a":',
  `${'['.repeat(2000)}`,
  `${'['.repeat(500)}${']'.repeat(500)}`,
  'NaN',
  '{"x": NaN}',
];

let test: TestDatabase;
let api: TestApi;
let callers: Callers;
let madeProjects = 0;
/** An existing thing for every parameter of a path. */
let ids: Readonly<Record<string, number>>;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  callers = await someCallers(test.database);
});

// Each test gets things of its own: some of the requests delete what they are about.
beforeEach(async () => {
  ids = await makeThings();
});

afterAll(async () => {
  await api?.close();
  await test?.close();
});

async function makeThings(): Promise<Record<string, number>> {
  const make = async (path: string, json: JsonInput): Promise<number> => {
    const answer = await api.request('POST', path, { as: callers.user, json });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return (answer.body as { id: number }).id;
  };
  const name = `project-${(madeProjects += 1)}`;
  const project_id = await make('/api/v2/project/', { name });
  const dataset_id = await make(`/api/v2/project/${project_id}/dataset/`, { name: 'dataset' });
  const workflow_id = await make(`/api/v2/project/${project_id}/workflow/`, { name: 'workflow' });
  const task_id = await make('/api/v2/task/', { name, command_parallel: 'true', version: '1' });
  return { project_id, dataset_id, workflow_id, task_id, user_id: callers.user };
}

/** Bad input is told with a status of the contract; it is never an internal error, and nothing is logged. */
describe.each(allEndpoints())('$method $path', (endpoint) => {
  const send = async (url: string, body?: string): Promise<void> => {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const as = endpoint.access === 'superuser' ? callers.superuser : callers.user;
    const answer = await api.request(endpoint.method, url, { as, ...(body === undefined ? {} : { raw: body }), headers });
    const shown = `${endpoint.method} ${url.slice(0, 200)} ${body?.slice(0, 300) ?? ''}\n${api.log.join('')}`;
    if (answer.status >= 500) expect.fail(shown);
  };

  it('survives bad parameters', async () => {
    const path = pathOf(endpoint);
    const names = queryNames(endpoint);
    for (const value of BAD_PARAMETERS) {
      await send(endpoint.path.replace(/\{\w+\}/g, value));
      for (const name of names) await send(`${path}?${name}=${value}`);
    }
  });

  it('survives bad bodies', async () => {
    const path = pathOf(endpoint);
    for (const body of [...BAD_BODIES, ...bodiesWithABadField(endpoint)]) await send(path, body);
  });
});

function pathOf({ path }: EndpointDeclaration): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name] ?? 1));
}

function queryNames({ input }: EndpointDeclaration): string[] {
  return input === undefined ? [] : Object.keys(input.query.fields);
}

/** Bodies that are fine but for one field. */
function bodiesWithABadField({ input }: EndpointDeclaration): string[] {
  if (input?.body?.kind !== 'json') return [];
  const components = new OpenApiComponents();
  const described = input.body.schema.describe(components);
  const models = new SampleModels(components.toJSON());
  return models.variantsOf(described).flatMap((variant) =>
    models.fieldsOf(variant).flatMap((field) =>
      BAD_VALUES.map((value) => {
        const fine = Object.entries(models.sampleOf(variant) as Record<string, unknown>).filter(([name]) => name !== field);
        const members = fine.map(([name, sample]) => `${JSON.stringify(name)}: ${JSON.stringify(sample)}`);
        return `{${[...members, `${JSON.stringify(field)}: ${value}`].join(', ')}}`;
      }),
    ),
  );
}
