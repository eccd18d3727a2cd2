import type { JsonInput } from '@fractal-server/domain';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aJob, aJobFixture, aMember, endJob, moveToCluster, submit, type JobFixture } from '../../../test/job-fixture.js';
import { TestApi } from '../../../test/test-api.js';

let test: TestDatabase;
let api: TestApi;
const fixture = (...tasks: Parameters<typeof aJobFixture>[2] & object): Promise<JobFixture> =>
  aJobFixture(api, test.database, tasks.length === 0 ? undefined : tasks);

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

describe('a submitted job', () => {
  it('is stored with what it refers to, its folder and its line of work', async () => {
    const { person, datasetId, workflowId, ...rest } = await fixture();
    const { status, body } = await submit(api, { person, datasetId, workflowId, ...rest }, { worker_init: ' export A=1 ' });
    const job = body as { id: number; start_timestamp: string; working_dir: string };
    expect(status).toBe(202);
    const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;
    expect(body).toMatchObject({
      project_id: person.projectId,
      workflow_dump: { id: workflowId, name: 'workflow', project_id: person.projectId, timestamp_created: expect.stringMatching(moment) },
      dataset_dump: { id: datasetId, zarr_dir: '/data/zarr', timestamp_created: expect.stringMatching(moment) },
      project_dump: { id: person.projectId, timestamp_created: expect.stringMatching(moment) },
      user_email: person.email,
      status: 'submitted',
      log: null,
      first_task_index: 0,
      last_task_index: 0,
      worker_init: 'export A=1',
      slurm_account: null,
    });
    expect(job.working_dir).toMatch(/^\/jobs\/\d{4}-\d\d\/proj_v2_\d{7}_wf_\d{7}_job_\d{7}_\d{8}_\d{6}$/);
    expect(await test.database.query(`select kind, backend_type from work where id = $1 and kind = 'job'`, [job.id])).toEqual([
      { kind: 'job', backend_type: 'local' },
    ]);
    const groups = await test.database.query('select timestamp_last_used as at from task_group where user_id = $1', [person.userId]);
    expect(groups).toEqual([{ at: job.start_timestamp }]);
  });

  it('is one, however many are submitted at once', async () => {
    const busy = await fixture();
    const answers = await Promise.all(Array.from({ length: 8 }, () => submit(api, busy)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 422, 422, 422, 422, 422, 422, 422]);
    expect(answers.find(({ status }) => status === 422)?.body).toEqual({
      detail: `Dataset ${busy.datasetId} is already in use in submitted job(s).`,
    });
    expect(await test.database.query('select status from job where dataset_id = $1', [busy.datasetId])).toHaveLength(1);
  });

  it('never refers to something that was deleted at the same time', async () => {
    for (const part of ['dataset', 'workflow', ''] as const) {
      const racing = await fixture();
      const id = part === 'dataset' ? racing.datasetId : racing.workflowId;
      const url = part === '' ? `${racing.project}/` : `${racing.project}/${part}/${id}/`;
      const [submitted, deleted] = await Promise.all([submit(api, racing), api.request('DELETE', url, { as: racing.person.userId })]);
      expect([
        [202, 422],
        [404, 204],
      ]).toContainEqual([submitted.status, deleted.status]);
    }
  });

  it('takes the first of the SLURM accounts, or the one that was asked for', async () => {
    const { person, ...rest } = await fixture();
    await test.database.execute(`update user_account set slurm_accounts = '{a,b}' where id = $1`, [person.userId]);
    expect(await submit(api, { person, ...rest }, { slurm_account: 'c' })).toMatchObject({
      status: 422,
      body: { detail: expect.any(String) },
    });
    expect(await submit(api, { person, ...rest })).toMatchObject({ status: 202, body: { slurm_account: 'a' } });
    const other = await aJobFixture(api, test.database);
    await test.database.execute(`update user_account set slurm_accounts = '{a,b}' where id = $1`, [other.person.userId]);
    expect(await submit(api, other, { slurm_account: 'b' })).toMatchObject({ status: 202, body: { slurm_account: 'b' } });
  });

  it('compares indices as numbers, also where they are texts', async () => {
    const tasks = await fixture(...Array.from({ length: 11 }, () => ({})));
    expect(await submit(api, tasks, { first_task_index: '10', last_task_index: '2' })).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body'], msg: 'Value error, first_task_index=10 cannot be larger than last_task_index=2' }] },
    });
    expect(await submit(api, tasks, { first_task_index: '2', last_task_index: 10 })).toMatchObject({
      status: 202,
      body: { first_task_index: 2, last_task_index: 10 },
    });
  });
});

describe('a submission is refused and leaves nothing behind', () => {
  const refused = async (fixture: JobFixture, detail: unknown): Promise<void> => {
    expect(await submit(api, fixture)).toMatchObject({ status: 422, body: { detail } });
    expect(await test.database.query('select id from job where dataset_id = $1', [fixture.datasetId])).toEqual([]);
  };

  it('for a user without project folders', async () => {
    const homeless = await fixture();
    await test.database.execute(`update user_account set project_dirs = '{}' where id = $1`, [homeless.person.userId]);
    await refused(homeless, `User ${homeless.person.userId} has no project folder.`);
  });

  it('on a resource that is not valid any more', async () => {
    const broken = await fixture();
    await test.database.execute(`update resource set jobs_runner_config = '{"parallel_tasks_per_job": "x"}' where id = $1`, [
      broken.person.resourceId,
    ]);
    await refused(broken, expect.stringContaining("not valid for resource type 'local'"));
  });

  it('with a profile of another type', async () => {
    const broken = await fixture();
    await test.database.execute(`update profile set resource_type = 'slurm_sudo', username = 'x' where id = $1`, [broken.person.profileId]);
    await refused(broken, expect.stringContaining("resource_type='slurm_sudo'"));
  });

  it('with a task that is switched off, or whose types cannot be met', async () => {
    const inactive = await fixture();
    await test.database.execute('update task_group set active = false where user_id = $1', [inactive.person.userId]);
    await refused(inactive, `Error: task ${inactive.taskIds[0]} (task-0) is not active.`);
    const contradictory = await fixture({ input_types: { is_3D: true } });
    await test.database.execute(`update workflow_task set type_filters = '{"is_3D": false}' where id = $1`, [
      contradictory.workflowTaskIds[0],
    ]);
    await refused(contradictory, expect.stringContaining('filters'));
  });

  it('by members who may not run jobs', async () => {
    const shared = await fixture();
    for (const permission of ['r', 'rw'] as const) {
      const member = await aMember(test.database, shared, permission);
      expect(await submit(api, shared, {}, member.userId)).toMatchObject({ status: 403 });
    }
  });

  it('with a body that is no object', async () => {
    const any = await fixture();
    for (const body of [[], 'x', 1, true]) expect(await submit(api, any, body)).toMatchObject({ status: 422 });
  });
});

it('lets the next job in when the dataset is free again', async () => {
  const free = await fixture();
  const first = await aJob(api, free);
  await test.database.execute(`update job set status = 'failed', outcome = 'failed', state = 'closed' where id = $1`, [first]);
  expect(await aJob(api, free)).toBeGreaterThan(first);
});

describe('a job on a cluster', () => {
  it('has two folders: on the server and on the side of the user', async () => {
    for (const [type, base] of [
      ['slurm_sudo', '/data/fractal/.fractal_cache'],
      ['slurm_ssh', '/home/jane/jobs'],
    ] as const) {
      const wanted = await fixture();
      await moveToCluster(test.database, wanted, type);
      const answer = await submit(api, wanted);
      const job = answer.body as { id: number; working_dir: string; working_dir_user: string };
      expect(answer.status).toBe(202);
      expect(job.working_dir).toMatch(/^\/jobs\/\d{4}-\d\d\/proj_v2_/);
      expect(job.working_dir_user).toBe(job.working_dir.replace('/jobs', base));
      expect(await test.database.query(`select backend_type as type from work where kind = 'job' and id = $1`, [job.id])).toEqual([
        { type },
      ]);
    }
  });

  it("takes the user's first account, one of them, and no other", async () => {
    const wanted = await fixture();
    await moveToCluster(test.database, wanted, 'slurm_sudo');
    await test.database.execute(`update user_account set slurm_accounts = '{first,second}' where id = $1`, [wanted.person.userId]);
    const accountOf = async (json: JsonInput): Promise<unknown> => {
      const answer = await submit(api, wanted, json);
      const body = answer.body as { id: number; slurm_account: string; detail: string };
      if (answer.status === 202) await endJob(test.database, body.id);
      return answer.status === 202 ? body.slurm_account : body.detail;
    };
    expect(await accountOf({})).toBe('first');
    expect(await accountOf({ slurm_account: 'second' })).toBe('second');
    for (const asked of ['third', 'first\n#SBATCH --uid=0', '$(id)', '-A', 'first,second', '']) {
      expect(await accountOf({ slurm_account: asked })).toBe(`SLURM account '${asked}' is not among those available to the current user`);
    }
  });

  it('keeps the lines of worker_init as they are', async () => {
    const wanted = await fixture();
    await moveToCluster(test.database, wanted, 'slurm_ssh');
    const worker_init = 'module load "x y"\n\n  export A=$(id) # \u{1f600}';
    expect(await submit(api, wanted, { worker_init })).toMatchObject({ status: 202, body: { worker_init } });
    expect(await submit(api, wanted, { worker_init: 'a\0b' })).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'string_unicode' }] },
    });
  });

  it('is refused where its folder could not be named in a script, or its resource or profile is not fit', async () => {
    const odd = await fixture();
    await moveToCluster(test.database, odd, 'slurm_sudo');
    await test.database.execute(`update user_account set project_dirs = $2 where id = $1`, [odd.person.userId, ['/data\n#SBATCH -A x']]);
    expect(await submit(api, odd)).toMatchObject({ status: 422, body: { detail: expect.stringContaining('line ends') } });
    const hostile = await fixture();
    await moveToCluster(test.database, hostile, 'slurm_sudo');
    await test.database.execute(`update profile set username = '#0' where id = $1`, [hostile.person.profileId]);
    expect(await submit(api, hostile)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining("'#0' is not a name of a user") },
    });
  });
});
