import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../processes/run.js';
import { waitFor } from '../processes/wait-for.js';
import { startCluster, type OwnCluster } from '../start-cluster.js';
import type { ClusterUser } from '../users/cluster-user.js';
import { describeOnCluster } from '../vitest/index.js';
import type { Sshd } from './sshd.js';

await describeOnCluster('the SSH server of a cluster', () => {
  let cluster: OwnCluster;
  let sshd: Sshd;
  let user: ClusterUser;

  beforeAll(async () => {
    cluster = await startCluster({ users: 1 });
    sshd = await cluster.startSshd();
    [user] = cluster.users as [ClusterUser];
  });
  afterAll(() => cluster?.stop());

  const inSession = async (command: string, deadlineMs?: number) => run([...sshd.command(user), command], { env: cluster.env, deadlineMs });

  it('lets a user submit with the key, and look', async () => {
    const submitted = await inSession(
      "echo '#!/bin/sh\nid -un' | sbatch --parsable --wait --output=over-ssh && cat over-ssh && squeue --noheader --states=all",
    );
    expect(submitted.stderr).toBe('');
    expect(submitted.stdout).toMatch(new RegExp(`^1\n${user.name}\n.*sbatch.* CD `));
  });

  it('answers nobody while it is frozen, in running sessions too', async () => {
    const session = spawn('ssh', [...sshd.command(user).slice(1), 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const echo = async (text: string): Promise<string> => {
      session.stdin.write(text);
      return new Promise((resolve) => session.stdout.once('data', (data) => resolve(String(data))));
    };
    expect(await echo('one')).toBe('one');
    sshd.freeze();
    const late = echo('two');
    expect(await Promise.race([late, inSession('true', 1_000).then(({ status }) => status)])).toBeNull();
    sshd.thaw();
    expect(await late).toBe('two');
    session.stdin.end();
    await new Promise((resolve) => session.once('close', resolve));
  });

  it('cuts sessions, and a restarted listener does not', async () => {
    const session = spawn('ssh', [...sshd.command(user).slice(1), 'echo here; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => session.once('close', resolve));
    await new Promise((resolve) => session.stdout.once('data', resolve));
    await sshd.restart();
    expect(sshd.sessions().length).toBeGreaterThan(0);
    expect((await inSession('echo again')).stdout).toBe('again\n');
    await sshd.killSessions();
    expect(await ended).toBe(255);
    expect((await inSession('echo again')).stdout).toBe('again\n');
  });

  it('takes lines of its configuration: with MaxStartups 1:100:1 one who does not log in keeps all others out', async () => {
    const crowded = await cluster.startSshd(['MaxStartups 1:100:1']);
    const leave = await crowded.occupy();
    const logIn = () => run([...crowded.command(user), 'true'], { env: cluster.env });
    expect((await logIn()).status).toBe(255);
    leave();
    await waitFor('a login', async () => (await logIn()).status === 0, 20_000);
  });

  it('comes back with another host key', async () => {
    const before = sshd.hostKey;
    await sshd.changeHostKey();
    expect(sshd.hostKey).not.toBe(before);
    const seen = await run(['ssh-keyscan', '-p', String(sshd.port), '-t', 'ed25519', sshd.host]);
    expect(seen.stdout).toContain(sshd.hostKey);
  });

  it('takes lines of its own, and is gone when stopped', async () => {
    const narrow = await cluster.startSshd(['MaxSessions 0']);
    expect((await run([...narrow.command(user), 'true'])).status).toBe(255);
    await narrow.stop();
    expect((await run([...narrow.command(user), 'true'])).stderr).toContain('Connection refused');
  });
});
