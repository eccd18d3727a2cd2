import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type OwnCluster } from '../start-cluster.js';
import type { ClusterUser } from '../users/cluster-user.js';
import { describeOnCluster } from '../vitest/index.js';

await describeOnCluster('a cluster with accounting', () => {
  let cluster: OwnCluster;
  let user: ClusterUser;

  beforeAll(async () => {
    cluster = await startCluster({
      users: 1,
      accounting: {
        accounts: [{ name: 'lab' }, { name: 'core', limits: ['GrpSubmitJobs=1'] }],
        qos: [{ name: 'short' }],
        userLimits: ['MaxSubmitJobs=3'],
      },
    });
    [user] = cluster.users as [ClusterUser];
  });
  afterAll(() => cluster?.stop());

  const submit = async (who: ClusterUser, words: readonly string[] = [], script = '#!/bin/sh\n') =>
    cluster.runAs(who, ['sbatch', '--parsable', '--output=/dev/null', ...words], { input: script });
  const account = async (id: string) =>
    (await cluster.run(['sacct', '-n', '-X', '-P', `--jobs=${id}`, '--format=JobName,User,Account,State'])).stdout;

  it('remembers a job that has ended', async () => {
    const { stdout } = await submit(user, ['--job-name=remember', '--qos=short', '--account=core']);
    const id = stdout.trim();
    await expect.poll(() => account(id), { timeout: 30_000 }).toBe(`remember|${user.name}|core|COMPLETED\n`);
  });

  it('enforces limits of users and of accounts', async () => {
    await submit(user, ['--hold', '--account=core']);
    expect((await submit(user, ['--hold', '--account=core'])).stderr).toContain('AssocGrpSubmitJobsLimit');
    await submit(user, ['--hold']);
    await submit(user, ['--hold']);
    await submit(user, ['--hold']);
    expect((await submit(user, ['--hold'])).stderr).toContain('AssocMaxSubmitJobLimit');
    await cluster.run(['scancel', `--user=${user.name}`]);
  });

  it('knows a user who came later', async () => {
    const [late] = await cluster.createUsers(1);
    expect(late && (await submit(late)).status).toBe(0);
  });

  it('stops answering while slurmdbd is away, and jobs run on', async () => {
    await cluster.accounting.kill();
    expect((await cluster.run(['sacct'])).status).not.toBe(0);
    const { stdout } = await submit(user, ['--job-name=meanwhile']);
    await cluster.accounting.start();
    await expect.poll(() => account(stdout.trim()), { timeout: 50_000 }).toBe(`meanwhile|${user.name}|lab|COMPLETED\n`);
  });
});
