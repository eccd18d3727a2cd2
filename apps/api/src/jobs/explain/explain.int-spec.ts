import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aJob, aJobFixture, aMember, endJob, type JobFixture } from '../../../test/job-fixture.js';
import { TestApi } from '../../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let fixture: JobFixture;
let jobId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
  fixture = await aJobFixture(api, test.database);
  jobId = await aJob(api, fixture);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const explain = (as: number, id = jobId) => api.request('GET', `/api/v2/job/${id}/explain/`, { as });

describe('the explanation of a job', () => {
  it('says what it waits for; so does the job', async () => {
    await test.database.execute(
      `update work set waiting_reason = 'previous job 1 is still stopping', waiting_since = clock_timestamp() where kind = 'job' and id = $1`,
      [jobId],
    );
    expect(await explain(fixture.person.userId)).toMatchObject({
      status: 200,
      body: {
        job_id: jobId,
        status: 'submitted',
        state: 'queued',
        is_waiting: true,
        waits: [{ text: 'Previous job 1 is still stopping', since: expect.stringMatching(/\+00:00$/) }],
        text: expect.stringMatching(/^The job was accepted; none of its tasks has begun\.\nPrevious job 1 is still stopping; since /),
        task: null,
        batches: [],
      },
    });
    const job = await api.request('GET', `${fixture.project}/job/${jobId}/`, { as: fixture.person.userId });
    expect(job.body).toMatchObject({ waiting_reason: 'previous job 1 is still stopping' });
    await endJob(test.database, jobId);
    const list = await api.request('GET', `${fixture.project}/job/`, { as: fixture.person.userId });
    expect(list.body).toMatchObject([{ id: jobId, waiting_reason: null }]);
    expect(await explain(fixture.person.userId)).toMatchObject({ body: { is_waiting: false, text: 'The job is done.' } });
  });

  it('is for those who may see the job, and for administrators', async () => {
    const reader = await aMember(test.database, fixture, 'r');
    expect(await explain(reader.userId)).toMatchObject({ status: 200 });
    const other = await aJobFixture(api, test.database);
    const hidden = { status: 404, body: { detail: 'Job not found' } };
    expect(await explain(other.person.userId)).toMatchObject(hidden);
    expect(await explain(other.person.userId, 987_654)).toMatchObject(hidden);
    await test.database.execute('update project_member set is_verified = false where user_id = $1 and project_id = $2', [
      reader.userId,
      fixture.person.projectId,
    ]);
    expect(await explain(reader.userId)).toMatchObject(hidden);
    await test.database.execute('update user_account set is_superuser = true where id = $1', [other.person.userId]);
    expect(await explain(other.person.userId)).toMatchObject({ status: 200 });
  });
});
