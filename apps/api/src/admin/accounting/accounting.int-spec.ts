import { insertSlurmAccounting } from '@fractal-server/database';
import type { JsonInput } from '@fractal-server/domain';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aJob, aJobFixture, type JobFixture } from '../../../test/job-fixture.js';
import { TestApi, type ApiAnswer } from '../../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
let admin: number;
let jobs: { readonly fixture: JobFixture; readonly jobId: number }[];

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
  jobs = [];
  for (let number = 0; number < 2; number += 1) {
    const fixture = await aJobFixture(api, test.database);
    jobs.push({ fixture, jobId: await aJob(api, fixture) });
  }
  admin = jobs[0]!.fixture.person.userId;
  await test.database.execute('update user_account set is_superuser = true where id = $1', [admin]);
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

const ask = (url: string, json: JsonInput): Promise<ApiAnswer> => api.request('POST', url, { as: admin, json });
const record = async (index: number, slurmJobIds: readonly number[]): Promise<void> => {
  const { fixture, jobId } = jobs[index]!;
  const { userId, resourceId } = fixture.person;
  await test.database.transaction((transaction) => insertSlurmAccounting(transaction, { userId, resourceId, jobId, slurmJobIds }));
};

describe("accounting of SLURM's jobs", () => {
  it('tells all ids of a user, a job, a resource or a time, also those that need more than 32 bits', async () => {
    await record(0, [12, 11]);
    await record(1, [4_294_901_761]);
    await record(0, []);
    await record(0, [13]);
    const first = jobs[0]!;
    const url = '/admin/v2/accounting/slurm/';
    expect(await ask(url, {})).toMatchObject({ status: 200, body: [12, 11, 4_294_901_761, 13] });
    expect((await ask(url, { user_id: first.fixture.person.userId })).body).toEqual([12, 11, 13]);
    expect((await ask(url, { fractal_job_id: jobs[1]!.jobId })).body).toEqual([4_294_901_761]);
    expect((await ask(url, { resource_id: first.fixture.person.resourceId })).body).toEqual([12, 11, 13]);
    expect((await ask(url, { timestamp_min: '2100-01-01T00:00:00Z' })).body).toEqual([]);
    const [{ count } = { count: 0 }] = await test.database.query<{ count: number }>('select count(*) from accounting_record_slurm');
    expect(count).toBe(3);
  });

  it('is for administrators', async () => {
    const as = jobs[1]!.fixture.person.userId;
    for (const url of ['/admin/v2/accounting/', '/admin/v2/accounting/slurm/']) {
      expect(await api.request('POST', url, { as, json: {} })).toMatchObject({ status: 403 });
    }
  });
});

describe('accounting of tasks', () => {
  it('tells the records page by page', async () => {
    const userId = jobs[1]!.fixture.person.userId;
    await test.database.execute('insert into accounting_record (user_id, num_tasks, num_new_images) values ($1, 3, 1), ($1, 5, 0)', [
      userId,
    ]);
    const answer = await ask('/admin/v2/accounting/?page=2&page_size=1', { user_id: userId });
    expect(answer).toMatchObject({
      status: 200,
      body: { current_page: 2, page_size: 1, total_count: 2, items: [{ user_id: userId, num_tasks: 5, num_new_images: 0 }] },
    });
  });
});
