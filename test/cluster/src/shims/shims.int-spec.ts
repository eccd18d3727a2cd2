import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCluster, type OwnCluster } from '../start-cluster.js';
import type { ClusterUser } from '../users/cluster-user.js';
import { describeOnCluster } from '../vitest/index.js';

await describeOnCluster('stand-ins of commands', () => {
  let cluster: OwnCluster;
  let user: ClusterUser;

  beforeAll(async () => {
    cluster = await startCluster({ users: 1, shims: true });
    [user] = cluster.users as [ClusterUser];
  });
  afterAll(() => cluster?.stop());
  afterEach(() => {
    cluster.shims.behave();
    cluster.shims.forgetCalls();
  });

  const submit = async () => cluster.runAs(user, ['sbatch', '--parsable', '--output=/dev/null'], { input: '#!/bin/sh\n' });

  it('log every call with its arguments, and run the real command', async () => {
    expect((await cluster.runAs(user, ['squeue', '--noheader', '--format=a b\nc'])).status).toBe(0);
    expect(cluster.shims.calls()).toMatchObject([{ command: 'squeue', user: user.name, parameters: ['--noheader', '--format=a b\nc'] }]);
    await Promise.all(Array.from({ length: 20 }, () => cluster.run(['squeue', `--name=${'x'.repeat(6_000)}`])));
    expect(cluster.shims.calls('squeue').length).toBe(21);
    expect(cluster.shims.calls('sbatch')).toEqual([]);
  });

  it('misbehave until told to behave', async () => {
    cluster.shims.misbehave('squeue', { stderr: "it's down", status: 3 });
    expect(await cluster.run(['squeue'])).toEqual({ status: 3, stdout: '', stderr: "it's down" });
    cluster.shims.behave('squeue');
    expect((await cluster.run(['squeue'])).status).toBe(0);
  });

  it('misbehave a number of times, whoever calls', async () => {
    cluster.shims.misbehave('squeue', { stdout: 'no', times: 2 });
    const statuses = await Promise.all([cluster.run(['squeue']), cluster.runAs(user, ['squeue']), cluster.run(['squeue'])]);
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([0, 1, 1]);
  });

  it('do the real thing and fail, or change what it says', async () => {
    cluster.shims.misbehave('sbatch', { real: 'silent', stderr: 'Socket timed out', status: 1 });
    expect(await submit()).toEqual({ status: 1, stdout: '', stderr: 'Socket timed out' });
    cluster.shims.misbehave('sbatch', { stdout: 'Welcome!\n', real: { through: "sed 's/$/;there/'" } });
    expect(await submit()).toEqual({ status: 0, stdout: 'Welcome!\n2;there\n', stderr: '' });
  });

  it('hang', async () => {
    cluster.shims.misbehave('sbatch', { hang: true });
    expect((await cluster.run(['sbatch'], { deadlineMs: 500 })).status).toBeNull();
  });
});
