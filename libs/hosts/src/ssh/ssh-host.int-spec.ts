import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, ClusterUser, Sshd } from '@fractal-server/test-cluster';
import { describeOnCluster, sharedCluster } from '@fractal-server/test-cluster/vitest';
import { afterAll, beforeAll } from 'vitest';
import { cleanEnvironment } from '../clean-environment.js';
import { describeCommands, describeFiles, describeOutputToFile, describeReading, describeTransfer } from '../contract/host-contract.js';
import { HostRegistry } from '../registry/host-registry.js';
import { KnownKeys } from './known-keys.spec-support.js';

await describeOnCluster('SshHost on a real sshd', () => {
  let cluster: Cluster;
  let user: ClusterUser;
  let sshd: Sshd;
  let localFolder: string;
  const registry = new HostRegistry({
    environment: cleanEnvironment(process.env),
    hostKeys: new KnownKeys(),
    trustFirstHostKey: true,
    keyPassphrase: undefined,
    jumpHosts: new Map(),
  });

  beforeAll(async () => {
    cluster = await sharedCluster();
    [user] = (await cluster.createUsers(1)) as [ClusterUser];
    sshd = await cluster.startSshd();
    localFolder = await realpath(await mkdtemp(join(tmpdir(), 'ssh host ü-')));
  });

  afterAll(async () => {
    registry.close();
    await sshd?.stop();
    await rm(localFolder, { recursive: true, force: true });
  });

  const arrange = async () => ({
    host: registry.ssh({ host: `127.0.0.1:${sshd.port}`, user: user.name, keyPath: user.keyFile }),
    folder: cluster.makeFolder(randomBytes(8).toString('hex'), { owner: user }),
    localFolder: await mkdtemp(join(localFolder, 'l-')),
  });

  describeCommands('SshHost', arrange);
  describeOutputToFile('SshHost', arrange);
  describeReading('SshHost', arrange);
  describeFiles('SshHost', arrange);
  describeTransfer('SshHost', arrange);
});
