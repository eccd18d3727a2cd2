import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { attachCluster, type Cluster } from './cluster.js';
import { listProcesses, signalProcess } from './processes/process-table.js';
import { startCluster } from './start-cluster.js';
import { describeOnCluster } from './vitest/index.js';

const INDEX = new URL('../dist/index.js', import.meta.url).href;
const SCRIPT = `const { startCluster } = await import(${JSON.stringify(INDEX)});
const cluster = await startCluster({ users: 1 });
await cluster.installSudoers(cluster.service.name + ' ALL=(root) NOPASSWD: /usr/bin/true');
console.log(cluster.folder);
setInterval(() => undefined, 1e6);`;
const DEADLINE_MS = 30_000;

await describeOnCluster('a cluster whose owner was killed', () => {
  const owners: ChildProcess[] = [];
  afterEach(() => {
    for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  });

  /** A cluster that belongs to another process, with a running job. */
  async function startOwner(): Promise<{ owner: ChildProcess; cluster: Cluster }> {
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
    owners.push(owner);
    for await (const folder of createInterface(owner.stdout as NonNullable<typeof owner.stdout>)) {
      const cluster = attachCluster(folder);
      const [user] = cluster.users;
      if (user === undefined) throw new Error('no user');
      await cluster.runAs(user, ['sbatch', '--output=/dev/null'], { input: '#!/bin/sh\ntrap "" TERM\nsetsid sleep 1000 &\nwait\n' });
      await expect
        .poll(() => processesOf(cluster).some(({ commandLine }) => commandLine === 'sleep 1000'), { timeout: DEADLINE_MS })
        .toBe(true);
      return { owner, cluster };
    }
    throw new Error('the owner ended');
  }

  const processesOf = ({ folder, users, service }: Cluster) =>
    listProcesses().filter(({ program, uid }) => program.startsWith(`${folder}/`) || [service, ...users].some((user) => user.uid === uid));
  const reapersOf = ({ folder }: Cluster) => listProcesses().filter(({ commandLine }) => commandLine.endsWith(`reaper.sh ${folder}`));

  async function expectNoTrace(cluster: Cluster): Promise<void> {
    await expect.poll(() => existsSync(cluster.folder), { timeout: DEADLINE_MS }).toBe(false);
    expect(processesOf(cluster)).toEqual([]);
    for (const file of ['passwd', 'group', 'shadow', 'subuid']) {
      for (const { name } of [cluster.service, ...cluster.users]) expect(readFileSync(`/etc/${file}`, 'utf8')).not.toContain(name);
    }
  }

  it('is removed at once', async () => {
    const { owner, cluster } = await startOwner();
    owner.kill('SIGKILL');
    await expectNoTrace(cluster);
  });

  it('is removed by the next start where its reaper was killed too', async () => {
    const { owner, cluster } = await startOwner();
    for (const { pid } of reapersOf(cluster)) signalProcess(pid, 'SIGKILL');
    owner.kill('SIGKILL');
    await expect.poll(() => reapersOf(cluster), { timeout: DEADLINE_MS }).toEqual([]);
    expect(existsSync(cluster.folder)).toBe(true);
    // A young folder may belong to somebody who is about to start.
    utimesSync(`${cluster.folder}/reaper.lock`, 0, 0);
    const next = await startCluster({ users: 0 });
    await expectNoTrace(cluster);
    await next.stop();
  });

  it('leaves others alone', async () => {
    const other = await startCluster({ users: 1 });
    utimesSync(`${other.folder}/reaper.lock`, 0, 0);
    const next = await startCluster({ users: 0 });
    await next.stop();
    expect((await other.scontrol('ping')).trim()).toContain('is UP');
    await other.stop();
  });
});
