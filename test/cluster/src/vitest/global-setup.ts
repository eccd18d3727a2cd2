import { createServer, type AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startCluster, type OwnCluster } from '../start-cluster.js';
import type { SharedClusterAnswer } from './shared-cluster-answer.js';

/**
 * Offers one cluster to all files of a test run, started when the first one asks: it has to belong to the main process, since the process of
 * a test file ends with the file. Returns what ends it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let cluster: Promise<OwnCluster> | undefined;
  const server = createServer((client) => {
    cluster ??= startCluster({ users: 0 });
    cluster
      .then(({ folder: ofCluster }): SharedClusterAnswer => ({ folder: ofCluster }))
      .catch((error: unknown): SharedClusterAnswer => ({ error: String(error) }))
      .then((answer) => client.end(`${JSON.stringify(answer)}\n`))
      .catch(() => undefined);
    client.on('error', () => undefined); // a test file that was ended while it waited
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  project.provide('clusterPort', (server.address() as AddressInfo).port);
  return async () => {
    server.close();
    await cluster?.then(
      (running) => running.stop(),
      () => undefined, // said to those who asked for it
    );
  };
}
