import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aJob, aJobFixture, aMember, aRun, endJob, type JobFixture } from '../../test/job-fixture.js';
import { TestApi } from '../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let fixture: JobFixture;
let subject: string;
let runId: number;
const urls = Array.from({ length: 1_200 }, (_, index) => `/data/zarr/${String(index).padStart(5, '0')}`);

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
  fixture = await aJobFixture(api, test.database, [{}, {}]);
  subject = `dataset_id=${fixture.datasetId}&workflowtask_id=${fixture.workflowTaskIds[0]}`;
  const json = {
    name: 'imported',
    zarr_dir: '/data/zarr',
    images: urls.map((zarr_url) => ({ zarr_url, attributes: { well: 'A' } })).reverse(),
  };
  const imported = await api.request('POST', `${fixture.project}/dataset/import/`, { as: fixture.person.userId, json });
  expect(imported).toMatchObject({ status: 201 });
  fixture = { ...fixture, datasetId: (imported.body as { id: number }).id };
  subject = `dataset_id=${fixture.datasetId}&workflowtask_id=${fixture.workflowTaskIds[0]}`;
  const jobId = await aJob(api, fixture);
  await endJob(test.database, jobId);
  const run = await aRun(test.database, fixture, { jobId, status: 'failed' }, [
    { zarrUrls: [urls[0]!] },
    { zarrUrls: [urls[1]!], status: 'failed', hasWarnings: true },
    { zarrUrls: [urls[2]!] },
  ]);
  runId = run.runId;
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const get = (path: string, as = fixture.person.userId) => api.request('GET', `${fixture.project}/status/${path}`, { as });
const images = (query: string, json = {}) =>
  api.request('POST', `${fixture.project}/status/images/?${subject}&${query}`, { as: fixture.person.userId, json });

describe('runs and units', () => {
  it('are counted by status, and shown page by page under a status', async () => {
    expect((await get(`run/?${subject}`)).body).toMatchObject([
      { id: runId, num_submitted_units: 0, num_done_units: 2, num_failed_units: 1, num_units_with_warnings: 1, version: '1' },
    ]);
    expect((await get(`run/${runId}/units/?${subject}&unit_status=done&page=2&page_size=1`)).body).toMatchObject({
      current_page: 2,
      page_size: 1,
      total_count: 2,
      items: [{ zarr_urls: [urls[2]], status: 'done' }],
    });
    expect((await get(`run/${runId}/units/?${subject}&page=9&page_size=5`)).body).toMatchObject({
      current_page: 9,
      total_count: 3,
      items: [],
    });
  });

  it('are shown to readers, not to strangers', async () => {
    const reader = await aMember(test.database, fixture, 'r');
    const stranger = await aJobFixture(api, test.database);
    expect(await get(`run/?${subject}`, reader.userId)).toMatchObject({ status: 200 });
    expect(await get(`run/?${subject}`, stranger.person.userId)).toMatchObject({ status: 403 });
    const foreign = `dataset_id=${stranger.datasetId}&workflowtask_id=${fixture.workflowTaskIds[0]}`;
    expect(await get(`run/?${foreign}`)).toMatchObject({ status: 422 });
    const other = `dataset_id=${fixture.datasetId}&workflowtask_id=${fixture.workflowTaskIds[1]}`;
    expect(await get(`run/${runId}/units/?${other}`)).toMatchObject({ status: 422 });
  });

  it('outlive their task: what is read from it is null then', async () => {
    const gone = await aJobFixture(api, test.database);
    const jobId = await aJob(api, gone);
    await endJob(test.database, jobId);
    await aRun(test.database, gone, { jobId });
    await test.database.execute('update run set task_id = null where job_id = $1', [jobId]);
    const url = `${gone.project}/status/run/?dataset_id=${gone.datasetId}&workflowtask_id=${gone.workflowTaskIds[0]}`;
    expect((await api.request('GET', url, { as: gone.person.userId })).body).toMatchObject([{ version: null, args_schema_parallel: null }]);
  });
});

describe('statuses of images', () => {
  it('come for all images at once, by URL, however many there are', async () => {
    const { body } = await images('');
    const { items, ...page } = body as { items: { zarr_url: string; attributes: object }[] };
    expect(page).toEqual({
      current_page: 1,
      page_size: urls.length,
      total_count: urls.length,
      attributes: { well: ['A'], __wftask_dataset_image_status__: ['done', 'submitted', 'failed', 'unset'] },
      types: [],
    });
    expect(items.map(({ zarr_url }) => zarr_url)).toEqual(urls);
    expect(items[0]).toEqual({
      zarr_url: urls[0],
      origin: null,
      attributes: { well: 'A', __wftask_dataset_image_status__: 'done' },
      types: {},
      has_warnings: null,
    });
  });

  it('can be filtered by, together with attributes', async () => {
    const filters = { well: ['A'], __wftask_dataset_image_status__: ['failed'] };
    expect((await images('include_warnings=true', { attribute_filters: filters })).body).toMatchObject({
      total_count: 1,
      items: [{ zarr_url: urls[1], has_warnings: true }],
    });
    expect((await images('page=2&page_size=2', { attribute_filters: { __wftask_dataset_image_status__: ['unset'] } })).body).toMatchObject({
      current_page: 2,
      total_count: urls.length - 3,
      items: [{ zarr_url: urls[5] }, { zarr_url: urls[6] }],
    });
    expect((await images('', { attribute_filters: { __wftask_dataset_image_status__: ['no status'] } })).body).toMatchObject({ items: [] });
  });
});
