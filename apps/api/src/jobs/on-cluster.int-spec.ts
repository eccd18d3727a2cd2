import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SshHostKeys } from '@fractal-server/database';
import { EngineWorker, ReachedClusters } from '@fractal-server/engine';
import { cleanEnvironment, HostRegistry, hostSettingsOf, readPlace } from '@fractal-server/hosts';
import { startCluster, type ClusterUser, type OwnCluster } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aJob, aJobFixture, moveToCluster, type JobFixture } from '../../test/job-fixture.js';
import { TestApi, type ApiAnswer } from '../../test/test-api.js';

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const unheard = {
  openSender: () => ({ send: async () => {}, close: async () => {} }),
  openReceiver: () => ({ run: async () => {}, onTrouble: () => {}, close: async () => {} }),
  close: async () => {},
};

await describeOnCluster('jobs on a cluster that is reached over SSH', () => {
  let test: TestDatabase;
  let cluster: OwnCluster;
  let api: TestApi;
  let hosts: HostRegistry;
  let worker: EngineWorker;
  let folder: string;
  let user: ClusterUser;
  let fixture: JobFixture;

  beforeAll(async () => {
    [test, cluster] = await Promise.all([createTestDatabase(), startCluster({})]);
    const { database } = test;
    api = await TestApi.start(database, { defaultGroupName: null, runnerBackend: 'slurm_ssh' });
    folder = await mkdtemp(join(tmpdir(), 'jobs-on-cluster-'));
    [user] = (await cluster.createUsers(1)) as [ClusterUser];
    const ssh = { knownHostsFile: null, trustFirstHostKey: true, keyPassphrase: null, jumpHosts: '' };
    hosts = new HostRegistry(hostSettingsOf(ssh, new SshHostKeys(database), cleanEnvironment(process.env)));
    worker = new EngineWorker({
      ...{ database, queue: unheard, host: hosts.local, place: readPlace('test'), backendTypes: ['slurm_ssh'], resourceNames: null },
      ...{ serverEnvironment: {}, logger: quiet, placeSilentSeconds: 3600, placeLostSeconds: 86_400 },
      ...{ pauseRetrySeconds: 600, pauseLimitSeconds: 604_800 },
      clusters: new ReachedClusters(database, hosts),
    });
    await worker.start();
    fixture = await aFixture((await cluster.startSshd()).port);
  }, 120_000);
  afterAll(async () => {
    await worker?.stop();
    hosts?.close();
    await api?.close();
    await cluster?.stop();
    await test?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** A workflow of one task that runs for long, on the cluster. */
  async function aFixture(port: number): Promise<JobFixture> {
    const script = join(cluster.makeFolder('tasks'), 'long.sh');
    await writeFile(script, 'sleep 300\n');
    const task = {
      name: 'Long task',
      type: 'converter_non_parallel',
      command_non_parallel: `/bin/sh ${script}`,
      command_parallel: undefined,
    };
    const made = await aJobFixture(api, test.database, [task]);
    await moveToCluster(test.database, made, 'slurm_ssh');
    const remote = cluster.makeFolder('remote', { owner: user, mode: 0o700 });
    await test.database.execute('update resource set host = $2, jobs_local_dir = $3, jobs_poll_interval = 1 where id = $1', [
      made.person.resourceId,
      `127.0.0.1:${port}`,
      folder,
    ]);
    await test.database.execute('update profile set username = $2, ssh_key_path = $3, jobs_remote_dir = $4 where id = $1', [
      ...[made.person.profileId, user.name, user.keyFile],
      join(remote, 'jobs'),
    ]);
    await test.database.execute('update user_account set project_dirs = $2, is_superuser = true where id = $1', [
      made.person.userId,
      [join(remote, 'project')],
    ]);
    return made;
  }

  const get = (url: string): Promise<ApiAnswer> => api.request('GET', url, { as: fixture.person.userId });
  const explained = async (jobId: number, text: string): Promise<Record<string, unknown>> =>
    waitFor(
      `a job of which is said: ${text}`,
      async () => {
        const { body } = (await get(`/api/v2/job/${jobId}/explain/`)) as { body: Record<string, unknown> };
        return String(body['text']).includes(text) ? body : null;
      },
      { deadlineMs: 60_000 },
    );

  it('are explained while they wait and while they run, listed with the queue, stopped, and accounted', { timeout: 180_000 }, async () => {
    for (const node of [cluster.n1, cluster.n2]) await node.drain();
    const jobId = await aJob(api, fixture);
    const waiting = await explained(jobId, 'Queued in SLURM');
    expect(waiting).toMatchObject({
      is_waiting: true,
      waits: [{ slurm_reason: expect.any(String) }],
      batches: [{ slurm_state: 'PENDING' }],
    });
    // What was seen in the queue is told to the batch next, and the batch says what it waits for.
    const job = await waitFor('a job that says why it waits', async () => {
      const { body } = (await get(`${fixture.project}/job/${jobId}/`)) as { body: Record<string, unknown> };
      return body['waiting_reason'] === null ? null : body;
    });
    expect(job).toMatchObject({ status: 'submitted', waiting_reason: expect.stringMatching(/.+/) });

    const [batch] = waiting['batches'] as { slurm_job_id: string }[];
    const queue = await get('/api/v2/job/squeue/?scope=user');
    expect(queue).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(queue.text).toMatch(new RegExp(`JOBID[^]*${batch!.slurm_job_id} .*${user.name}.*PENDING`));

    for (const node of [cluster.n1, cluster.n2]) await node.resume();
    await waitFor(
      'the SLURM job to run',
      async () => ((await explained(jobId, 'Task 1 of 1'))['batches'] as { slurm_state: string }[])[0]?.slurm_state === 'RUNNING',
      { deadlineMs: 60_000 },
    );
    expect(await get(`${fixture.project}/job/${jobId}/stop/`)).toMatchObject({ status: 202, text: '' });
    expect(await get(`/admin/v2/job/${jobId}/stop/`)).toMatchObject({ status: 202, text: '' });
    await explained(jobId, 'The job has failed; its log says why.');
    expect(await get(`${fixture.project}/job/${jobId}/stop/`)).toMatchObject({ status: 422 });
    expect(await cluster.liveJobs()).toEqual([]);
    const accounted = await api.request('POST', '/admin/v2/accounting/slurm/', {
      as: fixture.person.userId,
      json: { fractal_job_id: jobId },
    });
    expect(accounted.body).toEqual([Number(batch!.slurm_job_id)]);
  });
});
