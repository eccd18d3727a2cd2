import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type OwnCluster } from '../start-cluster.js';
import type { ClusterUser } from '../users/cluster-user.js';
import { describeOnCluster } from '../vitest/index.js';

await describeOnCluster('sudo on a cluster', () => {
  let cluster: OwnCluster;
  let user: ClusterUser;

  beforeAll(async () => {
    cluster = await startCluster({ users: 1, shims: true });
    [user] = cluster.users as [ClusterUser];
  });
  afterAll(() => cluster?.stop());

  const asService = async (command: readonly string[], input?: string) =>
    cluster.runAs(cluster.service, ['sudo', '-n', '-u', user.name, ...command], { input, cwd: '/' });

  it('lets the service account do what the rules say, and nothing else', async () => {
    expect((await asService(['sbatch', '--version'])).status).toBe(1);
    const installed = await cluster.installSudoers(`${cluster.service.name} ALL=(${user.name}) NOPASSWD: /usr/bin/sbatch, /usr/bin/cat\n`);
    const out = `${user.home}/by-sudo`;
    const submitted = await asService(['sbatch', '--parsable', '--wait', `--output=${out}`], '#!/bin/sh\nid -un\n');
    expect(submitted).toEqual({ status: 0, stdout: '1\n', stderr: '' });
    expect((await asService(['cat', out])).stdout).toBe(`${user.name}\n`);
    expect(cluster.shims.calls('sbatch').map(({ user: who }) => who)).toEqual([user.name]);
    expect((await asService(['squeue'])).status).toBe(1);
    expect((await asService(['id'])).status).toBe(1);
    installed.remove();
    expect((await asService(['cat', out])).status).toBe(1);
  });

  it('refuses rules that visudo refuses', async () => {
    await expect(cluster.installSudoers('nonsense here\n')).rejects.toThrow('syntax error');
  });

  it('removes rules with the cluster', async () => {
    const other = await startCluster({ users: 0 });
    const { file } = await other.installSudoers(`${other.service.name} ALL=(root) NOPASSWD: /usr/bin/true\n`);
    expect(readFileSync(file, 'utf8')).toContain('/usr/bin/true');
    await other.stop();
    expect(existsSync(file)).toBe(false);
  });
});
