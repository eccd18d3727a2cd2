import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { associateUsers, createAssociations } from './accounting/associations.js';
import { startMariaDb, type MariaDb } from './accounting/mariadb.js';
import { AccountingDaemon } from './accounting/slurmdbd.js';
import { Cluster, DESCRIPTION_FILE, type ClusterDescription } from './cluster.js';
import type { ClusterOptions } from './options.js';
import { whyNoCluster } from './packages/why-no-cluster.js';
import { freePorts } from './processes/free-ports.js';
import { makeFolder } from './make-folder.js';
import { clusterFolder, removeLeftovers, startReaper } from './reaper.js';
import { shimFolder, Shims } from './shims/shims.js';
import { Controller } from './slurm/controller.js';
import { startMunge } from './slurm/munge.js';
import { Node } from './slurm/node.js';
import { NODE_NAMES, renderSlurmConf, type SlurmConfPlan } from './slurm/slurm-conf.js';
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
  for (const path of ['', 'home', 'shared', 'programs', 'spool', 'log', 'pids', 'state', 'ledger']) makeFolder(join(folder, path));
  makeFolder(join(folder, 'keys'), 0o711);
  for (const path of ['ledger/users', 'ledger/sudoers', 'reaper.lock']) writeFileSync(join(folder, path), '');
  return folder;
}

async function startInFolder(name: string, folder: string, options: ClusterOptions, remove: () => Promise<void>): Promise<OwnCluster> {
  const [, service, database] = await Promise.all([
    startMunge(folder),
    createServiceUser(folder),
    options.accounting === undefined ? undefined : startMariaDb(folder),
  ]);
  const users = await createUsers({ folder, service }, options.users ?? DEFAULT_USERS);
  const plan = await planSlurm(name, folder, options);
  const slurmConf = writeSlurmFiles(plan, options, database);
  const path = options.shims === true ? `${shimFolder(folder)}:${SYSTEM_PATH}` : SYSTEM_PATH;
  const description = { name, folder, slurmConf, path, nodePorts: plan.nodePorts, service, users, accounting: options.accounting };
  writeFileSync(join(folder, DESCRIPTION_FILE), JSON.stringify(description), { mode: 0o600 });

  const cluster = new OwnCluster(description, remove);
  if (options.accounting !== undefined) {
    await cluster.accounting.start();
    await createAssociations(cluster.env, name, options.accounting);
    await associateUsers(cluster.env, options.accounting, users);
  }
  // slurmctld would not know associations that come later than itself until slurmdbd tells it.
  await cluster.controller.start();
  await Promise.all(cluster.nodes.map((node) => node.start()));
  return cluster;
}

async function planSlurm(name: string, folder: string, { accounting }: ClusterOptions): Promise<SlurmConfPlan> {
  const [controllerPort = 0, first = 0, second = 0, accountingPort] = await freePorts(accounting === undefined ? 3 : 4);
  return { name, folder, hostName: hostname(), controllerPort, nodePorts: [first, second], accountingPort };
}

/** Configurations, and copies of the programs. @returns the path of slurm.conf */
function writeSlurmFiles(plan: SlurmConfPlan, options: ClusterOptions, database: MariaDb | undefined): string {
  const { folder, hostName, accountingPort } = plan;
  const slurmConf = join(folder, 'slurm.conf');
  writeFileSync(slurmConf, renderSlurmConf(plan, options));
  chmodSync(slurmConf, 0o644);
  if (database !== undefined && accountingPort !== undefined) AccountingDaemon.prepare(folder, hostName, accountingPort, database);
  Controller.prepare(folder);
  for (const node of NODE_NAMES) Node.prepare(folder, node);
  if (options.shims === true) Shims.install(folder);
  return slurmConf;
}
