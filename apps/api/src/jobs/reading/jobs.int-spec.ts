import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aJob, aJobFixture, aMember, aRun, endJob, type JobFixture } from '../../../test/job-fixture.js';
import { TestApi } from '../../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const get = (url: string, as: number) => api.request('GET', url, { as });
const idsOf = (body: unknown): number[] => (body as { id: number }[]).map(({ id }) => id);
const endedJobs = async (fixture: JobFixture, count: number): Promise<number[]> => {
  const ids: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = await aJob(api, fixture);
    await endJob(test.database, id, { log: `log ${id}` });
    ids.unshift(id);
  }
  return ids;
};

describe('lists of jobs', () => {
  it('are newest first and whole, however many there are', async () => {
    const fixture = await aJobFixture(api, test.database);
    const [first] = await endedJobs(fixture, 1);
    // More than one statement reads, many with the same start.
    await test.database.execute(
      `insert into job select (j).* from (
         select json_populate_record(job, json_build_object('id', 100000 + n, 'token', gen_random_uuid(),
           'start_timestamp', job.start_timestamp + (n / 40) * interval '1 second')) as j
           from job, generate_series(1, 119) as n where job.id = $1) as copies`,
      [first],
    );
    const { body } = await get(`${fixture.project}/job/`, fixture.person.userId);
    expect(idsOf(body)).toEqual([...Array.from({ length: 119 }, (_, index) => 100_119 - index), first]);
    expect(new Set(idsOf(body)).size).toBe(120);
    expect(idsOf((await get(`${fixture.project}/job/?log=false`, fixture.person.userId)).body)).toEqual(idsOf(body));
  });

  it('show the jobs of projects that the caller has accepted, with logs unless they are not wanted', async () => {
    const shared = await aJobFixture(api, test.database);
    const foreign = await aJobFixture(api, test.database);
    const [jobId] = await endedJobs(shared, 1);
    await endedJobs(foreign, 1);
    const reader = await aMember(test.database, shared, 'r');
    expect((await get('/api/v2/job/', reader.userId)).body).toMatchObject([{ id: jobId, log: `log ${jobId}` }]);
    expect((await get('/api/v2/job/?log=no', reader.userId)).body).toMatchObject([{ id: jobId, log: null }]);
    await test.database.execute('update project_member set is_verified = false where user_id = $1 and project_id = $2', [
      reader.userId,
      shared.person.projectId,
    ]);
    expect((await get('/api/v2/job/', reader.userId)).body).toEqual([]);
    expect(await get(`${shared.project}/job/`, reader.userId)).toMatchObject({ status: 403 });
  });

  it('leave out jobs whose project is gone; their dumps stay for administrators', async () => {
    const gone = await aJobFixture(api, test.database);
    const [jobId] = await endedJobs(gone, 1);
    await test.database.execute('update user_account set is_superuser = true where id = $1', [gone.person.userId]);
    expect(await api.request('DELETE', `${gone.project}/`, { as: gone.person.userId })).toMatchObject({ status: 204 });
    expect((await get('/api/v2/job/', gone.person.userId)).body).toEqual([]);
    expect((await get(`/admin/v2/job/${jobId}/`, gone.person.userId)).body).toMatchObject({
      project_id: null,
      workflow_id: null,
      dataset_id: null,
      project_dump: { id: gone.person.projectId },
      dataset_dump: { name: 'dataset' },
    });
  });
});

describe('the administrators’ list', () => {
  it('passes what every condition allows, page by page', async () => {
    const fixture = await aJobFixture(api, test.database);
    const { userId, email, projectId, resourceId } = fixture.person;
    await test.database.execute('update user_account set is_superuser = true where id = $1', [userId]);
    const [third, second, first] = await endedJobs(fixture, 3);
    const [{ start }] = (await test.database.query<{ start: string }>('select start_timestamp as start from job where id = $1', [
      second,
    ])) as [{ start: string }];
    const ids = async (query: string): Promise<number[]> => {
      const { status, body } = await get(`/admin/v2/job/?${query}`, userId);
      expect(status).toBe(200);
      return idsOf((body as { items: unknown }).items);
    };
    const own = `project_id=${projectId}`;
    expect(await ids(own)).toEqual([third, second, first]);
    expect(await ids(`id=${second}`)).toEqual([second]);
    expect(await ids(`resource_id=${resourceId}`)).toEqual([third, second, first]);
    expect(await ids(`project_owner_id=${userId}&status=done`)).toEqual([third, second, first]);
    expect(await ids(`${own}&status=failed`)).toEqual([]);
    expect(await ids(`job_user_email=${encodeURIComponent(email)}`)).toEqual([third, second, first]);
    expect(await ids(`dataset_id=${fixture.datasetId}&workflow_id=${fixture.workflowId}`)).toEqual([third, second, first]);
    expect(await ids(`${own}&start_timestamp_min=${encodeURIComponent(start)}`)).toEqual([third, second]);
    expect(await ids(`${own}&start_timestamp_max=${encodeURIComponent(start)}`)).toEqual([second, first]);
    expect(await ids(`${own}&end_timestamp_min=2001-01-01T00:00:00Z&end_timestamp_max=2002-01-01T00:00:00Z`)).toEqual([]);
    expect((await get(`/admin/v2/job/?${own}&page=2&page_size=2&log=false`, userId)).body).toMatchObject({
      current_page: 2,
      page_size: 2,
      total_count: 3,
      items: [{ id: first, log: null }],
    });
    expect(await get('/admin/v2/job/?job_user_email=nobody', userId)).toMatchObject({ status: 422 });
  });
});

describe('the log of a running job', () => {
  it('is made of the lines so far, in the format of workflow.log, where asked for', async () => {
    const fixture = await aJobFixture(api, test.database);
    const jobId = await aJob(api, fixture);
    const url = `${fixture.project}/job/${jobId}/`;
    expect((await get(`${url}?show_tmp_logs=true`, fixture.person.userId)).body).toMatchObject({ log: null });
    await test.database.execute(
      `insert into log_line (job_id, at, logger, level, message) values ($1, '2026-01-02T03:04:05.678Z', 'WF1_job1', 'INFO', 'hello')`,
      [jobId],
    );
    expect((await get(url, fixture.person.userId)).body).toMatchObject({ log: null });
    const log = '2026-01-02 03:04:05,678 - WF1_job1 - INFO - hello\n';
    expect((await get(`${url}?show_tmp_logs=true`, fixture.person.userId)).body).toMatchObject({ log });
    await endJob(test.database, jobId, { status: 'failed', log: 'JOB ERROR' });
    expect((await get(`${url}?show_tmp_logs=true`, fixture.person.userId)).body).toMatchObject({ log: 'JOB ERROR' });
  });
});

describe('latest-job', () => {
  const latest = async (fixture: JobFixture): Promise<Record<string, unknown>> => {
    const url = `${fixture.project}/latest-job/?workflow_id=${fixture.workflowId}&dataset_id=${fixture.datasetId}`;
    const { body } = await get(url, fixture.person.userId);
    const statuses = (body as { task_statuses: Record<string, unknown> }).task_statuses;
    return Object.fromEntries(fixture.workflowTaskIds.map((id, index) => [index, statuses[id]]));
  };
  const images = (counts: object) => ({ num_submitted_images: 0, num_done_images: 0, num_failed_images: 0, ...counts });

  it('tells tasks that ran, that run, that will run and that will not', async () => {
    const fixture = await aJobFixture(api, test.database, [{}, {}, {}, {}]);
    const earlier = await aJob(api, fixture);
    await endJob(test.database, earlier);
    for (const task of [0, 1, 2]) await aRun(test.database, fixture, { jobId: earlier, task, available: 1 }, [{ zarrUrls: ['/a'] }]);
    const now = await aJob(api, fixture, { first_task_index: 1, last_task_index: 3 });
    await aRun(test.database, fixture, { jobId: now, task: 1, status: 'submitted', available: 2 }, [
      { status: 'submitted', zarrUrls: ['/b'] },
      { status: 'failed', zarrUrls: ['/c'], hasWarnings: true },
    ]);
    expect(await latest(fixture)).toEqual({
      0: { status: 'done', ...images({ num_done_images: 1 }), num_available_images: 1, has_warnings: false },
      // One image more than this run had: the number of available ones is not comparable.
      1: {
        status: 'submitted',
        ...images({ num_submitted_images: 1, num_done_images: 1, num_failed_images: 1 }),
        num_available_images: null,
        has_warnings: true,
      },
      2: { status: 'submitted', ...images({ num_done_images: 1 }), num_available_images: 1, has_warnings: false },
      3: { status: 'submitted' },
    });
    await endJob(test.database, now, { status: 'failed' });
    expect(await latest(fixture)).toMatchObject({ 2: { status: 'done' }, 3: null });
  });

  it('counts anew when an image goes after its run has ended', async () => {
    const fixture = await aJobFixture(api, test.database);
    const imageUrl = `${fixture.project}/dataset/${fixture.datasetId}/images/`;
    for (const name of ['a', 'b']) {
      await api.request('POST', imageUrl, { as: fixture.person.userId, json: { zarr_url: `/data/zarr/${name}` } });
    }
    const jobId = await aJob(api, fixture);
    await endJob(test.database, jobId);
    await aRun(test.database, fixture, { jobId, available: 2 }, [{ zarrUrls: ['/data/zarr/a'] }, { zarrUrls: ['/data/zarr/b'] }]);
    expect(await latest(fixture)).toMatchObject({ 0: { num_done_images: 2 } });
    await api.request('DELETE', `${imageUrl}?zarr_url=${encodeURIComponent('/data/zarr/a')}`, { as: fixture.person.userId });
    expect(await latest(fixture)).toMatchObject({ 0: { num_done_images: 1 } });
  });

  it('looks for warnings of compound tasks in the newest run', async () => {
    const fixture = await aJobFixture(api, test.database, [{ command_non_parallel: 'init' }]);
    const run = async (hasWarnings: boolean): Promise<void> => {
      const jobId = await aJob(api, fixture);
      await endJob(test.database, jobId);
      await aRun(test.database, fixture, { jobId, available: 1 }, [
        { zarrUrls: ['/a'] },
        { zarrUrls: ['/x'], isLatest: false, hasWarnings },
      ]);
    };
    await run(true);
    expect(await latest(fixture)).toMatchObject({ 0: { has_warnings: true } });
    await run(false);
    expect(await latest(fixture)).toMatchObject({ 0: { has_warnings: false } });
  });
});
