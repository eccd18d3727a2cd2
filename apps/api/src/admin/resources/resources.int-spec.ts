import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import type { JsonInput } from '@fractal-server/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someCallers, type Callers } from '../../../test/callers.js';
import { TestApi, type ApiAnswer } from '../../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let callers: Callers;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database);
  callers = await someCallers(test.database);
});

afterAll(async () => {
  await api?.close();
  await test?.close();
});

const python = { default_version: '3.11', versions: { '3.11': '/usr/bin/python3' } };

function aResource(more: Record<string, JsonInput> = {}): Record<string, JsonInput> {
  return {
    type: 'local',
    name: 'a resource',
    jobs_local_dir: '/jobs',
    tasks_local_dir: '/tasks',
    jobs_runner_config: {},
    tasks_python_config: python,
    tasks_pixi_config: {},
    ...more,
  };
}

async function create(resource: Record<string, JsonInput>): Promise<ApiAnswer> {
  return api.request('POST', '/admin/v2/resource/', { as: callers.superuser, json: resource });
}

async function replace(id: number, resource: Record<string, JsonInput>): Promise<ApiAnswer> {
  return api.request('PUT', `/admin/v2/resource/${id}/`, { as: callers.superuser, json: resource });
}

const idOf = (answer: ApiAnswer): number => (answer.body as { id: number }).id;

describe('settings of a resource', () => {
  it('are shown with their defaults', async () => {
    const answer = await create(aResource({ name: 'defaults', settings: { local_slots: 2 } }));
    expect(answer).toMatchObject({ status: 201, body: { settings: { local_slots: 2, retry_lost_units: false, unit_launcher: 'exec' } } });
  });

  it('stay as they were when an update does not name them', async () => {
    const tasks_python_config = { ...python, installer: 'uv', uv_version: '0.8.0' };
    const id = idOf(await create(aResource({ name: 'kept', settings: { local_slots: 2, retry_max: 5 }, tasks_python_config })));
    const answer = await replace(id, aResource({ name: 'kept', settings: { retry_max: 6 } }));
    expect(answer).toMatchObject({
      status: 200,
      body: { settings: { local_slots: 2, retry_max: 6 }, tasks_python_config: { installer: 'uv', uv_version: '0.8.0' } },
    });
    expect((await replace(id, aResource({ name: 'kept' }))).body).toMatchObject({ settings: { local_slots: 2, retry_max: 6 } });
  });

  it('with an unknown name are refused', async () => {
    const answer = await create(aResource({ name: 'unknown', settings: { slots: 2 } }));
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'extra_forbidden', loc: ['body', 'local', 'settings', 'slots'] }] },
    });
  });

  it('are what a client may send back', async () => {
    const created = await create(aResource({ name: 'sent back' }));
    expect((await replace(idOf(created), created.body as Record<string, JsonInput>)).body).toEqual(created.body);
  });
});

describe('resources', () => {
  it('of one name are made once, however many ask at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => create(aResource({ name: 'race' }))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
  });

  it('are not deleted while a profile refers to them', async () => {
    const [{ id } = { id: 0 }] = await test.database.query<{ id: number }>('select resource_id id from profile');
    const answer = await api.request('DELETE', `/admin/v2/resource/${id}/`, { as: callers.superuser });
    expect(answer.status).toBe(422);
    expect((answer.body as { detail: string }).detail).toMatch(/^IntegrityError for resource deletion\. Original error:\n/);
  });

  it('take a float without fraction for an integer', async () => {
    const raw = JSON.stringify(aResource({ name: 'numbers' })).replace(
      '"tasks_pixi_config":{}',
      '"tasks_pixi_config":{},"jobs_poll_interval":3.0',
    );
    const answer = await api.request('POST', '/admin/v2/resource/', {
      as: callers.superuser,
      raw,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.text).toContain('"jobs_poll_interval":3,');
  });
});

describe('where every type of resource is served', () => {
  const slurm_config = {
    default_slurm_config: {},
    batching_config: Object.fromEntries(
      ['num_jobs', 'cpus_per_job', 'mem_per_job'].flatMap((limit) => [
        [`target_${limit}`, 1],
        [`max_${limit}`, 1],
      ]),
    ),
  };
  const sudo = { type: 'slurm_sudo', jobs_runner_config: slurm_config, jobs_slurm_python_worker: '/usr/bin/python3' };
  const ssh = { ...sudo, type: 'slurm_ssh', host: 'login.example.org:2222' };

  it('resources of all types live side by side, each for profiles of its type', async () => {
    const everywhere = await TestApi.start(test.database, { runnerBackend: 'any' });
    const post = (url: string, json: JsonInput) => everywhere.request('POST', url, { as: callers.superuser, json });
    for (const [name, more] of Object.entries({ local: {}, sudo, ssh })) {
      const answer = await post('/admin/v2/resource/', aResource({ name: `any ${name}`, ...more }));
      expect(answer).toMatchObject({ status: 201, body: { type: (more as { type?: string }).type ?? 'local' } });
      const profile = { resource_type: 'slurm_sudo', name: `for ${name}`, username: 'jane' };
      expect((await post(`/admin/v2/resource/${idOf(answer)}/profile/`, profile)).status).toBe(name === 'sudo' ? 201 : 422);
    }
    await everywhere.close();
  });

  it('a resource keeps its type', async () => {
    const everywhere = await TestApi.start(test.database, { runnerBackend: 'any' });
    const id = idOf(await create(aResource({ name: 'stays local' })));
    const json = aResource({ name: 'stays local', ...sudo });
    expect(await everywhere.request('PUT', `/admin/v2/resource/${id}/`, { as: callers.superuser, json })).toMatchObject({
      status: 422,
      body: { detail: "The type of a resource cannot change from 'local' to 'slurm_sudo'." },
    });
    await everywhere.close();
  });

  it('a deployment for one type takes that type only', async () => {
    expect(await create(aResource({ name: 'refused', ...sudo }))).toMatchObject({
      status: 422,
      body: { detail: "settings.FRACTAL_RUNNER_BACKEND='local' != new_resource.type=<ResourceType.SLURM_SUDO: 'slurm_sudo'>" },
    });
  });
});
