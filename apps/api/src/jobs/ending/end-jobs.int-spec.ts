import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aJob, aJobFixture, aMember, aRun, endJob, moveToCluster, type JobFixture } from '../../../test/job-fixture.js';
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

const cancel = (fixture: JobFixture, jobId: number, as = fixture.person.userId) =>
  api.request('POST', `${fixture.project}/job/${jobId}/cancel/`, { as });
const promote = async ({ person }: JobFixture): Promise<number> => {
  await test.database.execute('update user_account set is_superuser = true where id = $1', [person.userId]);
  return person.userId;
};

describe('cancelling', () => {
  it('is accepted again and again, before anything has started and after the job has ended by it', async () => {
    const fixture = await aJobFixture(api, test.database);
    const jobId = await aJob(api, fixture);
    for (let time = 0; time < 3; time += 1) expect(await cancel(fixture, jobId)).toMatchObject({ status: 202, text: '' });
    const rows = await test.database.query('select cancel_requested_at is not null as wanted, status from job where id = $1', [jobId]);
    expect(rows).toEqual([{ wanted: true, status: 'submitted' }]);
    await endJob(test.database, jobId, { status: 'failed' });
    expect(await cancel(fixture, jobId)).toMatchObject({ status: 202 });
  });

  it('is refused for a job that ended by itself', async () => {
    const fixture = await aJobFixture(api, test.database);
    const jobId = await aJob(api, fixture);
    await endJob(test.database, jobId);
    const detail = `Job ${jobId} has status job.status='done' != 'submitted'.`;
    expect(await cancel(fixture, jobId)).toMatchObject({ status: 422, body: { detail } });
  });

  it('takes the permission to run jobs, and a job of the project', async () => {
    const fixture = await aJobFixture(api, test.database);
    const other = await aJobFixture(api, test.database);
    const jobId = await aJob(api, fixture);
    for (const permission of ['r', 'rw'] as const) {
      const member = await aMember(test.database, fixture, permission);
      expect(await cancel(fixture, jobId, member.userId)).toMatchObject({ status: 403 });
    }
    expect(await cancel(other, jobId)).toMatchObject({ status: 404, body: { detail: 'Job not found' } });
    const member = await aMember(test.database, fixture, 'rwx');
    expect(await cancel(fixture, jobId, member.userId)).toMatchObject({ status: 202 });
  });

  it('is possible for administrators of any job', async () => {
    const admin = await promote(await aJobFixture(api, test.database));
    const fixture = await aJobFixture(api, test.database);
    const jobId = await aJob(api, fixture);
    const url = `/admin/v2/job/${jobId}/cancel/`;
    expect(await api.request('POST', url, { as: fixture.person.userId })).toMatchObject({ status: 403 });
    expect(await api.request('POST', url, { as: admin })).toMatchObject({ status: 202, text: '' });
    expect(await api.request('POST', '/admin/v2/job/987654/cancel/', { as: admin })).toMatchObject({
      status: 404,
      body: { detail: 'Job 987654 not found' },
    });
  });
});

describe('stopping', () => {
  const stop = (on: TestApi, fixture: JobFixture, jobId: number) =>
    on.request('GET', `${fixture.project}/job/${jobId}/stop/`, { as: fixture.person.userId });

  it('of a job on a cluster is accepted again and again until it has ended, also before anything was submitted', async () => {
    for (const type of ['slurm_sudo', 'slurm_ssh'] as const) {
      const cluster = await TestApi.start(test.database, { defaultGroupName: null, runnerBackend: type });
      const fixture = await aJobFixture(cluster, test.database);
      await moveToCluster(test.database, fixture, type);
      const jobId = await aJob(cluster, fixture);
      for (let time = 0; time < 2; time += 1) expect(await stop(cluster, fixture, jobId)).toMatchObject({ status: 202, text: '' });
      const rows = await test.database.query(
        `select j.cancel_requested_at is not null as wanted, j.status, w.rings from job j join work w on w.kind = 'job' and w.id = j.id
          where j.id = $1`,
        [jobId],
      );
      expect(rows).toEqual([{ wanted: true, status: 'submitted', rings: 2 }]);
      await endJob(test.database, jobId, { status: 'failed' });
      expect(await stop(cluster, fixture, jobId)).toMatchObject({
        status: 422,
        body: { detail: "Cannot stop job: expected status 'submitted', but current status is 'failed'." },
      });
      await cluster.close();
    }
  });

  it('depends on the type of the resource where every type is served', async () => {
    const everywhere = await TestApi.start(test.database, { defaultGroupName: null, runnerBackend: 'any' });
    const fixture = await aJobFixture(everywhere, test.database);
    const admin = await promote(await aJobFixture(everywhere, test.database));
    const jobId = await aJob(everywhere, fixture);
    const refused = { status: 422, body: { detail: "Stopping a job execution is not implemented for resources of type 'local'." } };
    expect(await stop(everywhere, fixture, jobId)).toMatchObject(refused);
    const byAdmin = (id: number) => everywhere.request('GET', `/admin/v2/job/${id}/stop/`, { as: admin });
    expect(await byAdmin(jobId)).toMatchObject(refused);
    expect(await byAdmin(987_654)).toMatchObject({ status: 404 });
    await moveToCluster(test.database, fixture, 'slurm_ssh');
    expect(await stop(everywhere, fixture, jobId)).toMatchObject({ status: 202 });
    expect(await byAdmin(jobId)).toMatchObject({ status: 202, text: '' });
    await everywhere.close();
  });
});

describe('marking as failed', () => {
  it('turns the job, its newest run and all units of it at once, and only once', async () => {
    const fixture = await aJobFixture(api, test.database);
    const admin = await promote(fixture);
    const jobId = await aJob(api, fixture);
    const { runId } = await aRun(test.database, fixture, { jobId, status: 'submitted' }, [{ status: 'done' }, { status: 'submitted' }]);
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => api.request('PATCH', `/admin/v2/job/${jobId}/`, { as: admin, json: { status: 'failed' } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    expect(answers.find(({ status }) => status === 200)?.body).toMatchObject({
      status: 'failed',
      end_timestamp: expect.any(String),
      log: expect.stringMatching(/^\nThis job was manually marked as 'failed' by an admin \(\d{4}-.*\)\.$/),
    });
    const units = await test.database.query('select r.status as run, u.status from run r join unit u on u.run_id = r.id where r.id = $1', [
      runId,
    ]);
    expect(units).toEqual([
      { run: 'failed', status: 'failed' },
      { run: 'failed', status: 'failed' },
    ]);
  });
});
