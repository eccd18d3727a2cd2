import { noteProbe, planProbes, seePlace } from '@fractal-server/database';
import { cleanEnvironment, LocalHost } from '@fractal-server/hosts';
import { aResource, createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { someCallers, type Callers } from '../../../test/callers.js';
import { TestApi } from '../../../test/test-api.js';
import { Logger } from '../../logging/logger.js';
import { SiteWatch } from './site-watch.js';

let test: TestDatabase;
let api: TestApi;
let callers: Callers;
let resourceId: number;
beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  callers = await someCallers(test.database);
  resourceId = await aResource(test.database, 'watched');
  await test.database.execute(`update resource set jobs_local_dir = '/no/such/folder' where id = $1`, [resourceId]);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const health = (id = resourceId, as = callers.superuser) => api.request('GET', `/admin/v2/resource/${id}/health/`, { as });

/** As a worker of a machine does that has such a folder. */
async function probe(): Promise<void> {
  await seePlace(test.database, { name: 'node7', machineId: 'm', bootId: 'b', pidNamespace: 'p' });
  const planned = await planProbes(test.database, { backendTypes: ['local'], resourceNames: ['watched'], place: 'node7' });
  for (const each of planned) await noteProbe(test.database, each, null);
}

it('the health of a resource says what the API does not see of its workers', async () => {
  expect(await health()).toMatchObject({
    status: 200,
    body: { resource_id: resourceId, jobs_local_dir: '/no/such/folder', status: 'unknown', places: [] },
  });
  await probe();
  const { body } = await health();
  expect(body).toMatchObject({ status: 'not shared' });
  expect((body as { places: unknown[] }).places).toEqual([
    {
      place: 'node7',
      probed_at: expect.stringMatching(/^\d{4}-/),
      is_shared: false,
      reason: expect.stringContaining('The API does not see the file that the worker has left there'),
    },
  ]);
});

it('it is there for administrators and known resources only', async () => {
  expect((await health(resourceId, callers.user)).status).toBe(403);
  expect((await health(999_999)).status).toBe(404);
});

it('the log warns of each reason once', async () => {
  await probe();
  const lines: string[] = [];
  const watch = new SiteWatch(test.database, new Logger(30, (line) => lines.push(line)), new LocalHost(cleanEnvironment(process.env)));
  await watch.warn();
  await watch.warn();
  expect(lines).toEqual([expect.stringContaining("/no/such/folder of resource 'watched' is not shared with the workers of node7.")]);
});
