import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster, ClusterUser, Sshd } from '@fractal-server/test-cluster';
import { describeOnCluster, sharedCluster } from '@fractal-server/test-cluster/vitest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  HostAuthenticationFailed,
  HostCallTimedOut,
  HostConnectionLost,
  HostKeyChanged,
  HostKeyFileUnusable,
  HostKeyUnknown,
  HostRefused,
  HostUnreachable,
} from '../errors.js';
import { HostRegistry } from '../registry/host-registry.js';
import type { HostSettings } from '../registry/host-settings.js';
import { KnownHostsFile } from './host-keys/known-hosts.js';
import { KnownKeys } from './known-keys.spec-support.js';
import type { SshHost } from './ssh-host.js';

const limits = { deadlineMs: 30_000 };
const MEBIBYTE = 1024 * 1024;

await describeOnCluster('SshHost in trouble', () => {
  let cluster: Cluster;
  let user: ClusterUser;
  let localFolder: string;
  const toEnd: (() => unknown)[] = [];

  beforeAll(async () => {
    cluster = await sharedCluster();
    [user] = (await cluster.createUsers(1)) as [ClusterUser];
    localFolder = await mkdtemp(join(tmpdir(), 'ssh-faults-'));
  });
  afterEach(async () => {
    for (const end of toEnd.splice(0).reverse()) {
      await end();
    }
  });
  afterAll(async () => await rm(localFolder, { recursive: true, force: true }));

  async function anSshd(...lines: string[]): Promise<Sshd> {
    const sshd = await cluster.startSshd(lines);
    toEnd.push(async () => await sshd.stop());
    return sshd;
  }

  function aRegistry(settings: Partial<HostSettings> = {}): HostRegistry {
    const registry = new HostRegistry({
      environment: {},
      hostKeys: new KnownKeys(),
      trustFirstHostKey: true,
      keyPassphrase: undefined,
      jumpHosts: new Map(),
      ...settings,
    });
    toEnd.push(() => registry.close());
    return registry;
  }

  function login(sshd: Sshd, keyPath = user.keyFile) {
    return { host: `127.0.0.1:${sshd.port}`, user: user.name, keyPath };
  }

  async function aKey(passphrase: string): Promise<string> {
    const path = join(localFolder, randomBytes(6).toString('hex'));
    await copyFile(user.keyFile, path);
    await chmod(path, 0o600);
    await promisify(execFile)('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', path]);
    return path;
  }

  /** How a call ended that is watched while it runs. */
  async function errorOf(call: Promise<unknown>): Promise<unknown> {
    return await call.then(
      () => null,
      (error: unknown) => error,
    );
  }

  const hello = async (host: SshHost, deadlineMs = 30_000) => (await host.run(['echo', 'hello'], { deadlineMs })).stdout.toString();
  const aFolder = () => cluster.makeFolder(randomBytes(8).toString('hex'), { owner: user });

  describe('with keys', () => {
    it('uses a key with a passphrase from the file beside it, or the common one', async () => {
      const sshd = await anSshd();
      const keyPath = await aKey('open sesame');
      expect(await hello(aRegistry({ keyPassphrase: 'open sesame' }).ssh(login(sshd, keyPath)))).toBe('hello\n');
      await writeFile(`${keyPath}.passphrase`, 'open sesame\n', { mode: 0o600 });
      expect(await hello(aRegistry({ keyPassphrase: 'for others' }).ssh(login(sshd, keyPath)))).toBe('hello\n');
    });

    it('says what is wrong with a key file, and names it', async () => {
      const sshd = await anSshd();
      const keyPath = await aKey('open sesame');
      const trying = async (path: string, keyPassphrase?: string) => await hello(aRegistry({ keyPassphrase }).ssh(login(sshd, path)));
      await expect(trying(keyPath)).rejects.toThrow(/has a passphrase, and none was given/);
      await expect(trying(keyPath, 'wrong')).rejects.toThrow(/passphrase is wrong/);
      await expect(trying('/nowhere/key')).rejects.toThrow("The SSH key '/nowhere/key' cannot be read by the worker: ENOENT");
      await expect(trying(`${user.keyFile}.pub`)).rejects.toThrow(HostKeyFileUnusable);
      await chmod(keyPath, 0o644);
      await expect(trying(keyPath, 'open sesame')).rejects.toThrow(`chmod 600 '${keyPath}'`);
      await expect(trying(keyPath, 'open sesame')).rejects.toMatchObject({ lasting: true });
    });

    it('says that a key is not accepted, and does not try again at once', async () => {
      const sshd = await anSshd();
      const keyPath = join(localFolder, 'stranger');
      await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyPath]);
      const host = aRegistry().ssh(login(sshd, keyPath));
      await expect(hello(host)).rejects.toThrow(HostAuthenticationFailed);
      await sshd.stop();
      await expect(hello(host)).rejects.toThrow(HostAuthenticationFailed);
    });

    it('refuses a host that is not known, and takes it from the admin’s file', async () => {
      const sshd = await anSshd();
      const file = join(localFolder, 'known_hosts');
      await writeFile(file, '# none yet\n');
      const hostKeys = new KnownHostsFile(file, new KnownKeys());
      const refused = hello(aRegistry({ hostKeys, trustFirstHostKey: false }).ssh(login(sshd)));
      await expect(refused).rejects.toThrow(HostKeyUnknown);
      await expect(refused).rejects.toThrow(/SHA256:/);
      await writeFile(file, `[127.0.0.1]:${sshd.port} ${sshd.hostKey}\n`);
      await promisify(execFile)('ssh-keygen', ['-q', '-H', '-f', file]);
      expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/m);
      expect(await hello(aRegistry({ hostKeys, trustFirstHostKey: false }).ssh(login(sshd)))).toBe('hello\n');
    });

    it('stops at a changed host key, with both fingerprints', async () => {
      const sshd = await anSshd();
      const hostKeys = new KnownKeys();
      expect(await hello(aRegistry({ hostKeys }).ssh(login(sshd)))).toBe('hello\n');
      await sshd.changeHostKey();
      const refused = hello(aRegistry({ hostKeys }).ssh(login(sshd)));
      await expect(refused).rejects.toThrow(HostKeyChanged);
      await expect(refused).rejects.toThrow(/shows ssh-ed25519 SHA256:\S+, known is ssh-ed25519 SHA256:\S+\./);
    });
  });

  describe('on its way', () => {
    it('goes by a jump host', async () => {
      const gate = await anSshd();
      const sshd = await anSshd();
      const jumpHosts = new Map([[`127.0.0.1:${sshd.port}`, { host: '127.0.0.1', port: gate.port, user: undefined }]]);
      const host = aRegistry({ jumpHosts }).ssh(login(sshd));
      expect(host.name).toContain(`by way of 127.0.0.1:${gate.port}`);
      expect(await hello(host)).toBe('hello\n');
      await gate.stop();
      await expect(hello(host)).rejects.toThrow(/No connection to|was lost/);
    });

    it('fails fast while the host is away, says when it tries again, and comes back by itself', async () => {
      const sshd = await anSshd();
      await sshd.stop();
      const host = aRegistry().ssh(login(sshd));
      await expect(hello(host)).rejects.toThrow(HostUnreachable);
      const started = performance.now();
      await expect(hello(host)).rejects.toThrow(/next try at 20/);
      expect(performance.now() - started).toBeLessThan(200);
      await sshd.start();
      await vi.waitFor(async () => expect(await hello(host)).toBe('hello\n'), { timeout: 30_000, interval: 200 });
    });

    it('survives a restart of sshd and the death of its sessions without being told', async () => {
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      expect(await hello(host)).toBe('hello\n');
      await sshd.restart();
      expect(await hello(host)).toBe('hello\n');
      await sshd.killSessions();
      await vi.waitFor(async () => expect(await hello(host)).toBe('hello\n'), { timeout: 30_000, interval: 200 });
    });

    it('says of a command whose session died that it may have happened', async () => {
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      const folder = aFolder();
      const running = host.run(['sh', '-c', 'touch "$1"; exec sleep 60', 'sh', `${folder}/started`], limits);
      const lost = errorOf(running);
      await vi.waitFor(async () => expect(await readdir(folder)).toEqual(['started']), { timeout: 20_000 });
      await sshd.killSessions();
      expect(await lost).toBeInstanceOf(HostConnectionLost);
    });

    it('keeps its deadline when the server stands still, and goes on when it moves again', async () => {
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      expect(await hello(host)).toBe('hello\n');
      sshd.freeze();
      await expect(hello(host, 500)).rejects.toThrow(HostCallTimedOut);
      sshd.thaw();
      expect(await hello(host)).toBe('hello\n');
    });

    it('waits for its turn where the server allows two sessions only', async () => {
      const sshd = await anSshd('MaxSessions 2');
      const registry = aRegistry();
      const host = registry.ssh(login(sshd));
      const answers = await Promise.all(Array.from({ length: 12 }, async () => await hello(host)));
      expect(answers).toEqual(Array.from({ length: 12 }, () => 'hello\n'));
      const [report] = registry.reports();
      expect(report).toMatchObject({ connected: true, open: 0, waiting: 0 });
      expect(report?.limit).toBeLessThanOrEqual(2);
    });

    it('says so where the server allows none', async () => {
      const sshd = await anSshd('MaxSessions 0');
      await expect(hello(aRegistry().ssh(login(sshd)))).rejects.toThrow(/opens no session/);
    });

    it('comes in by and by where sshd drops connections', async () => {
      const sshd = await anSshd('MaxStartups 1:100:1');
      const hosts = Array.from({ length: 4 }, () => aRegistry().ssh(login(sshd)));
      const answers = hosts.map(
        async (host) => await vi.waitFor(async () => expect(await hello(host)).toBe('hello\n'), { timeout: 40_000, interval: 200 }),
      );
      await Promise.all(answers);
    });

    it('never makes a short command wait for transfers', async () => {
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      const folder = aFolder();
      await cluster.runAs(user, ['mkfifo', `${folder}/never`]);
      const long = Array.from({ length: 10 }, async () => {
        const stdoutPath = join(localFolder, randomBytes(6).toString('hex'));
        await expect(host.run(['cat', `${folder}/never`], { deadlineMs: 3_000, stdoutPath })).rejects.toThrow(/in time|Not finished/);
      });
      const started = performance.now();
      expect(await hello(host)).toBe('hello\n');
      expect(performance.now() - started).toBeLessThan(2_500);
      await Promise.all(long);
    });

    it('is not led astray by what the login shell prints, and says when that runs nothing', async () => {
      const [talker] = (await cluster.createUsers(1)) as [ClusterUser];
      const sshd = await anSshd();
      const host = aRegistry().ssh({ ...login(sshd, talker.keyFile), user: talker.name });
      await writeFile(join(talker.home, '.bashrc'), 'echo "Welcome to the cluster"; printf "no line end"\n');
      expect(await hello(host)).toBe('hello\n');
      const folder = cluster.makeFolder(randomBytes(8).toString('hex'), { owner: talker });
      const item = { localPath: join(localFolder, 'sent'), hostPath: join(folder, 'sent') };
      await writeFile(item.localPath, 'content');
      await host.send([item], limits);
      expect(await host.fetch([{ ...item, localPath: join(localFolder, 'fetched') }], limits)).toEqual([]);
      expect(await readFile(join(localFolder, 'fetched'), 'utf8')).toBe('content');
      await writeFile(join(talker.home, '.bashrc'), 'echo "This account is closed"; exit 1\n');
      await expect(hello(host)).rejects.toThrow(HostRefused);
      await expect(hello(host)).rejects.toThrow(/This account is closed/);
    });
  });

  describe('transferring', () => {
    it('brings a thousand files there and back', async () => {
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      const folder = aFolder();
      const here = join(localFolder, 'thousand');
      await mkdir(here, { recursive: true });
      const items = Array.from({ length: 1000 }, (_, index) => ({
        localPath: join(here, `${index}`),
        hostPath: join(folder, `task ${index % 10}`, `${index}`),
      }));
      await Promise.all(items.map(async ({ localPath }, index) => await writeFile(localPath, `content ${index}`.repeat(index))));
      await host.send(items, limits);
      const back = items.map((item) => ({ ...item, localPath: `${item.localPath}.back` }));
      expect(await host.fetch(back, limits)).toEqual([]);
      for (const [index, { localPath }] of back.entries()) {
        expect(await readFile(localPath, 'utf8')).toBe(`content ${index}`.repeat(index));
      }
    });

    it('leaves neither half a file nor a part when the session dies in the middle of sending', async () => {
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      const folder = aFolder();
      const localPath = join(localFolder, 'large');
      await writeFile(localPath, randomBytes(64 * MEBIBYTE));
      const sending = host.send([{ localPath, hostPath: join(folder, 'large') }], limits);
      const lost = errorOf(sending);
      await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(1), { timeout: 20_000, interval: 5 });
      await sshd.killSessions();
      expect(await lost).toBeInstanceOf(HostConnectionLost);
      await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]), { timeout: 20_000 });
      await vi.waitFor(async () => await host.send([{ localPath, hostPath: join(folder, 'large') }], limits), { timeout: 60_000 });
      expect((await stat(join(folder, 'large'))).size).toBe(64 * MEBIBYTE);
    });

    it('leaves neither half a file nor a part when the session dies in the middle of fetching', async () => {
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      const folder = aFolder();
      await writeFile(join(folder, 'large'), Buffer.alloc(256 * MEBIBYTE));
      const here = await mkdtemp(join(localFolder, 'fetch-'));
      const item = { localPath: join(here, 'large'), hostPath: join(folder, 'large') };
      const lost = errorOf(host.fetch([item], limits));
      await vi.waitFor(async () => expect(await readdir(here)).toHaveLength(1), { timeout: 20_000, interval: 2 });
      await sshd.killSessions();
      expect(await lost).toBeInstanceOf(HostConnectionLost);
      await vi.waitFor(async () => expect(await readdir(here)).toEqual([]), { timeout: 20_000 });
    });

    it('says why a file cannot be fetched, and does not take it for missing', async () => {
      const [other] = (await cluster.createUsers(1)) as [ClusterUser];
      const sshd = await anSshd();
      const host = aRegistry().ssh(login(sshd));
      const closed = cluster.makeFolder(randomBytes(8).toString('hex'), { owner: other, mode: 0o700 });
      const hidden = { localPath: join(localFolder, 'hidden'), hostPath: join(closed, 'file') };
      await expect(host.fetch([hidden], limits)).rejects.toMatchObject({ errno: 'EACCES', path: hidden.hostPath });
      await expect(host.fetch([{ ...hidden, hostPath: closed }], limits)).rejects.toMatchObject({ errno: 'EISDIR' });
      await writeFile(join(localFolder, 'some'), 'x');
      await expect(host.send([{ localPath: join(localFolder, 'some'), hostPath: hidden.hostPath }], limits)).rejects.toMatchObject({
        errno: 'EACCES',
      });
    });
  });
});
