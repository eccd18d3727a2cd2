import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { becoming, type Cluster, type ClusterUser } from '@fractal-server/test-cluster';
import { describeOnCluster, sharedCluster } from '@fractal-server/test-cluster/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeReading } from '../contract/host-contract.js';
import { HostCallTimedOut, HostRefused } from '../errors.js';
import type { Commands } from '../host.js';
import { LocalHost } from '../local/local-host.js';
import { SudoHost } from './sudo-host.js';

const READY_FILE = fileURLToPath(new URL('../../../../deploy/sudoers-fractal-server', import.meta.url));
const limits = { deadlineMs: 30_000 };

await describeOnCluster('SudoHost with the ready sudoers file', () => {
  let cluster: Cluster;
  let user: ClusterUser;
  let other: ClusterUser;
  let host: SudoHost;
  let remove: () => void;

  beforeAll(async () => {
    cluster = await sharedCluster();
    [user, other] = (await cluster.createUsers(2)) as [ClusterUser, ClusterUser];
    // The names are the site's affair; everything else is used as it is.
    const rules = (await readFile(READY_FILE, 'utf8'))
      .replace(/(?<=FRACTAL_SERVER = )fractal$/m, cluster.service.name)
      .replace('%fractal-users', user.name);
    ({ remove } = await cluster.installSudoers(rules));
    host = new SudoHost(user.name, asService(), { ...cluster.env });
  });
  afterAll(() => remove?.());

  /** As a worker that runs under the service account, which is not root. */
  function asService(): Pick<Commands, 'run'> {
    const local = new LocalHost({ ...cluster.env });
    return { run: async (argv, options) => await local.run([...becoming(cluster.service), ...argv], options) };
  }

  describeReading('SudoHost', () => Promise.resolve({ host, folder: cluster.makeFolder(randomBytes(8).toString('hex'), { owner: user }) }));

  describe('acts as the user', () => {
    it('submits a script from standard input, where nothing of the server is seen', async () => {
      const folder = cluster.makeFolder(randomBytes(8).toString('hex'), { owner: user });
      const script = '#!/bin/sh\nid -un; pwd; echo "$HOME $SECRET"\n';
      const argv = ['sbatch', '--parsable', '--wait', `--output=${folder}/out`];
      const result = await new SudoHost(user.name, asService(), { ...cluster.env, SECRET: 'of the server' }).run(argv, {
        ...limits,
        input: script,
      });
      expect([result.stderr.toString(), result.exitCode]).toEqual(['', 0]);
      expect(result.stdout.toString()).toMatch(/^\d+\n$/);
      expect((await host.readFile(`${folder}/out`, limits)).toString()).toBe(`${user.name}\n/\n${user.home} \n`);
    });

    it('with no more rights than the user has', async () => {
      const closed = cluster.makeFolder(randomBytes(8).toString('hex'), { owner: other, mode: 0o700 });
      await expect(host.list(closed, limits)).rejects.toMatchObject({ errno: 'EACCES' });
      await expect(host.readFile(`${closed}/file`, limits)).rejects.toMatchObject({ errno: 'EACCES' });
      await expect(host.makeFolder(`${closed}/folder`, limits)).rejects.toMatchObject({ errno: 'EACCES' });
    });

    it('takes output of any size to the disk of the server', async () => {
      const folder = cluster.makeFolder(randomBytes(8).toString('hex'));
      const result = await host.run(['cat', '/usr/bin/scontrol'], { ...limits, stdoutPath: `${folder}/copy` });
      expect([result.exitCode, result.stdout.length]).toEqual([0, 0]);
      expect(await readFile(`${folder}/copy`)).toEqual(await readFile('/usr/bin/scontrol'));
    });
  });

  describe('is refused', () => {
    it('by us: any other command, and an environment that sudo would drop', async () => {
      await expect(host.run(['id'], limits)).rejects.toThrow(TypeError);
      await expect(host.run(['./cat', '/etc/passwd'], limits)).rejects.toThrow(TypeError);
      await expect(host.run(['ls', '/'], { ...limits, env: {} })).rejects.toThrow(TypeError);
    });

    it.each(['root', 'other', 'nobody-of-that-name'])('by sudo: to act as %s, in words for the admin', async (name) => {
      const stranger = new SudoHost(name === 'other' ? other.name : name, asService(), { ...cluster.env });
      const refused = stranger.list('/', limits);
      await expect(refused).rejects.toThrow(HostRefused);
      await expect(refused).rejects.toThrow(/deployment\.md/);
      await expect(refused).rejects.toMatchObject({ lasting: true });
    });

    it('a user name that sudo would take for a number', async () => {
      await expect(new SudoHost('#0', asService(), {}).list('/', limits)).rejects.toThrow(HostRefused);
    });

    it('by sudo: a program of the same name elsewhere', async () => {
      await expect(host.run(['/nowhere/cat'], limits)).rejects.toThrow(HostRefused);
    });
  });

  it('gives up a command that it may not end, and says that it may still be running', async () => {
    const folder = cluster.makeFolder(randomBytes(8).toString('hex'), { owner: user });
    await cluster.runAs(user, ['mkfifo', `${folder}/never`]);
    const reading = host.run(['cat', `${folder}/never`], { deadlineMs: 500 });
    await expect(reading).rejects.toThrow(HostCallTimedOut);
  });
});
