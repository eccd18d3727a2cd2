import { becoming, type Cluster } from '@fractal-server/test-cluster';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../started-command.js';

/** What a server is made of. */
const PARTS = ['package.json', 'apps', 'libs', 'node_modules'];

/** Where the server and Node lie for an account without privileges. */
export interface Installation {
  readonly root: string;
  readonly node: string;
}

/**
 * An installation that the cluster's service account can read: this checkout, or, where that lies in a closed folder, links to its files in
 * the folder of the cluster.
 */
export async function installationForAll(cluster: Cluster): Promise<Installation> {
  const root = (await canRead(cluster, join(CHECKOUT, 'apps/api/dist/main.js'))) ? CHECKOUT : await copyOf(cluster);
  if (await canRead(cluster, process.execPath)) return { root, node: process.execPath };
  const node = join(cluster.folder, 'node');
  await copy(cluster, [process.execPath], node);
  return { root, node };
}

async function copyOf(cluster: Cluster): Promise<string> {
  const root = join(cluster.folder, 'installation');
  mkdirSync(root);
  const paths = PARTS.map((name) => join(CHECKOUT, name));
  await copy(cluster, paths, root);
  return root;
}

/** Links cost nothing and survive the removal of the copy; they are not possible between two file systems. */
async function copy(cluster: Cluster, paths: readonly string[], to: string): Promise<void> {
  if ((await cluster.run(['cp', '--archive', '--link', ...paths, to])).status === 0) return;
  const copied = await cluster.run(['cp', '--archive', ...paths, to]);
  if (copied.status !== 0) throw new Error(`${paths.join(', ')} could not be copied: ${copied.stderr}`);
}

async function canRead(cluster: Cluster, path: string): Promise<boolean> {
  return (await cluster.run([...becoming(cluster.service), 'test', '-r', path], { cwd: '/' })).status === 0;
}
