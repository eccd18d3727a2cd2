import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type OwnCluster } from './start-cluster.js';
import { listProcesses } from './processes/process-table.js';
import { describeOnCluster } from './vitest/index.js';

await describeOnCluster('a cluster', () => {
  let cluster: OwnCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  it('runs a job of a user', async () => {
    const [user] = cluster.users;
    if (user === undefined) throw new Error('no user');
    const { stdout } = await cluster.runAs(user, ['sbatch', '--parsable', '--wait', '--output=out'], { input: '#!/bin/sh\nid -un\n' });
    expect(stdout).toBe('1\n');
    expect(readFileSync(`${user.home}/out`, 'utf8')).toBe(`${user.name}\n`);
  });

  it('ends without a trace, also with jobs that do not want to', async () => {
    const other = await startCluster();
    const [user] = other.users;
    if (user === undefined) throw new Error('no user');
    const script = '#!/bin/sh\ntrap "" TERM\nsetsid sleep 1000 &\nwait; sleep 1000\n';
    await other.runAs(user, ['sbatch'], { input: script });
    await other.run(['sbatch', '--output=/dev/null'], { input: script });
    await expect
      .poll(() => other.nodes.flatMap((node) => node.jobProcesses()).filter(({ commandLine }) => commandLine === 'sleep 1000').length, {
        timeout: 30_000,
      })
      .toBe(2);
    const pids = other.nodes.flatMap((node) => node.jobProcesses()).map(({ pid }) => pid);
    await other.stop();
    expect(existsSync(other.folder)).toBe(false);
    expect(
      listProcesses().filter(({ pid, program, uid }) => pids.includes(pid) || program.startsWith(other.folder) || uid === user.uid),
    ).toEqual([]);
    expect(readFileSync('/etc/passwd', 'utf8')).not.toContain(user.name);
    expect((await cluster.liveJobs()).length).toBe(0);
  });
});
