import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Cluster, DESCRIPTION_FILE, type ClusterDescription } from './cluster.js';
import type { ClusterOptions } from './options.js';
import { whyNoCluster } from './packages/why-no-cluster.js';
import { freePorts } from './processes/free-ports.js';
import { clusterFolder, removeLeftovers, startReaper } from './reaper.js';
import { shimFolder, Shims } from './shims/shims.js';
import { Controller } from './slurm/controller.js';
import { startMunge } from './slurm/munge.js';
import { Node } from './slurm/node.js';
import { renderSlurmConf } from './slurm/slurm-conf.js';
import { createServiceUser, createUsers } from './users/create-users.js';

/** A cluster that this process has started. */
export class OwnCluster extends Cluster {
  constructor(
    description: ClusterDescription,
    private readonly remove: () => Promise<void>,
  ) {
    super(description);
  }

  /** Ends every process, and removes users, sudoers files and folders. The same happens when this process dies. */
  async stop(): Promise<void> {
    await this.remove();
  }
}

const NODES = ['n1', 'n2'];
const DEFAULT_USERS = 2;
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Starts a cluster and waits until both nodes take jobs. Several may run side by side.
 * @throws Error where {@link whyNoCluster} has an answer
 */
export async function startCluster(options: ClusterOptions = {}): Promise<OwnCluster> {
  const why = await whyNoCluster();
  if (why !== undefined) throw new Error(why);
  await removeLeftovers();
  const name = randomBytes(8).readBigUInt64BE().toString(36).slice(-6);
  const folder = makeFolders(name);
  const remove = await startReaper(folder);
  try {
    return await startInFolder(name, folder, options, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

function makeFolders(name: string): string {
  const folder = clusterFolder(name);
  for (const path of ['ledger', 'home', 'state', 'pids', 'log', 'shared']) mkdirSync(join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'keys'), { mode: 0o711 });
  for (const path of ['', 'home', 'shared']) chmodSync(join(folder, path), 0o755);
  for (const path of ['ledger/users', 'ledger/sudoers', 'reaper.lock']) writeFileSync(join(folder, path), '');
  return folder;
}

async function startInFolder(name: string, folder: string, options: ClusterOptions, remove: () => Promise<void>): Promise<OwnCluster> {
  const slurmConf = join(folder, 'slurm.conf');
  const ports = await freePorts(1 + NODES.length);
  const [controllerPort = 0, ...nodePorts] = ports;
  const nodes = NODES.map((node, index) => ({ name: node, port: nodePorts[index] ?? 0 }));
  writeFileSync(slurmConf, renderSlurmConf({ name, folder, hostName: hostname(), controllerPort, nodes }, options), { mode: 0o644 });
  const [service] = await Promise.all([createServiceUser(folder), startMunge(folder)]);
  const users = await createUsers({ folder, service }, options.users ?? DEFAULT_USERS);
  Controller.borrowProgram(folder);
  if (options.shims === true) Shims.install(folder);
  for (const node of NODES) Node.prepare(folder, node);

  const description: ClusterDescription = {
    name,
    folder,
    slurmConf,
    path: options.shims === true ? `${shimFolder(folder)}:${SYSTEM_PATH}` : SYSTEM_PATH,
    nodes: NODES,
    service,
    users,
  };
  writeFileSync(join(folder, DESCRIPTION_FILE), JSON.stringify(description), { mode: 0o600 });
  const cluster = new OwnCluster(description, remove);
  await cluster.controller.start();
  await Promise.all(cluster.nodes.map((node) => node.start()));
  return cluster;
}
