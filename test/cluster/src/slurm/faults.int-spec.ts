import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type OwnCluster } from '../start-cluster.js';
import type { ClusterUser } from '../users/cluster-user.js';
import { describeOnCluster } from '../vitest/index.js';

await describeOnCluster('faults of a cluster', () => {
  let cluster: OwnCluster;
  let user: ClusterUser;

  beforeAll(async () => {
    cluster = await startCluster({ users: 1, nodes: { cpus: 64, memoryMb: 64_000 }, slurmConf: ['MinJobAge=2'] });
    [user] = cluster.users as [ClusterUser];
  });
  afterAll(() => cluster?.stop());

  const submit = async (script: string, ...words: string[]): Promise<string> => {
    const { stdout } = await cluster.runAs(user, ['sbatch', '--parsable', '--output=/dev/null', ...words], {
      input: `#!/bin/sh\n${script}\n`,
    });
    return stdout.trim();
  };
  const stateOf = async (id: string) => (await cluster.liveJobs()).find((job) => job.id === id)?.state;

  const finishedState = (id: string) =>
    new RegExp(`^JobId=${id} .*JobState=(\\S+)`, 'm').exec(readFileSync(`${cluster.folder}/log/finished-jobs.txt`, 'utf8'))?.[1];

  it('a frozen controller answers when it is thawed', async () => {
    cluster.controller.freeze();
    const answer = cluster.run(['scontrol', 'ping']);
    expect(await cluster.run(['squeue'], { deadlineMs: 500 })).toMatchObject({ status: null });
    cluster.controller.thaw();
    expect((await answer).stdout).toContain('is UP');
  });

  it('a killed controller comes back with the jobs that it had written down', async () => {
    const id = await submit('sleep 1000');
    await expect.poll(() => stateOf(id), { timeout: 30_000 }).toBe('RUNNING');
    await cluster.controller.stop();
    await cluster.controller.start();
    await cluster.controller.kill();
    expect(cluster.controller.isRunning()).toBe(false);
    await cluster.controller.start();
    expect(await stateOf(id)).toBe('RUNNING');
    await cluster.run(['scancel', id]);
  });

  it('a node that burns leaves no process, and takes jobs again when it is back', async () => {
    const id = await submit('setsid sleep 1000 & wait', '--nodelist=n2', '--no-requeue');
    await expect.poll(() => cluster.n2.jobProcesses().length, { timeout: 30_000 }).toBeGreaterThan(2);
    await cluster.n2.kill();
    expect(cluster.n2.jobProcesses()).toEqual([]);
    await cluster.n2.setDown();
    expect(await stateOf(id)).toBeUndefined();
    await cluster.n2.start();
    await cluster.n2.resume();
    await expect.poll(() => cluster.n2.state(), { timeout: 30_000 }).toBe('idle');
    await submit('sleep 0', '--nodelist=n2', '--wait');
  });

  it('drained nodes let jobs wait', async () => {
    for (const node of cluster.nodes) await node.drain();
    const id = await submit('sleep 0');
    expect(await stateOf(id)).toBe('PENDING');
    for (const node of cluster.nodes) await node.resume();
    await expect.poll(() => stateOf(id), { timeout: 30_000 }).toBeUndefined();
  });

  it('names are listed, and calls of the controller are counted', async () => {
    const before = await cluster.rpcCounts();
    const id = await submit('sleep 1000', '--job-name=a|name');
    expect(await cluster.liveJobs('a|name')).toMatchObject([{ id, user: user.name, name: 'a|name' }]);
    const after = await cluster.rpcCounts();
    expect((after.byType.get('REQUEST_SUBMIT_BATCH_JOB') ?? 0) - (before.byType.get('REQUEST_SUBMIT_BATCH_JOB') ?? 0)).toBe(1);
    expect(after.total).toBeGreaterThan(before.total);
    await cluster.run(['scancel', id]);
  });

  it('a job reaches its time limit on demand', async () => {
    const id = await submit('sleep 1000', '--time=60');
    await expect.poll(() => stateOf(id), { timeout: 30_000 }).toBe('RUNNING');
    await cluster.timeOut(id);
    await expect.poll(() => stateOf(id), { timeout: 50_000 }).not.toBe('RUNNING');
    await expect.poll(() => finishedState(id), { timeout: 30_000 }).toBe('TIMEOUT');
  });

  it('a small disk gets full, for its owner only', async () => {
    const disk = await cluster.makeSmallDisk('small', 1, user);
    const fill = await cluster.runAs(user, ['dd', 'if=/dev/zero', `of=${disk}/file`, 'bs=1M', 'count=2']);
    expect(fill.stderr).toContain('No space left on device');
    expect((await cluster.runAs(cluster.service, ['touch', `${disk}/other`])).status).toBe(1);
  });

  it('lines of slurm.conf replace the defaults', () => {
    const text = readFileSync(cluster.slurmConf, 'utf8');
    expect(text).toContain('MinJobAge=2\n');
    expect(text).toContain('CPUs=64 RealMemory=64000');
  });
});
