import type { ClusterUser, OwnCluster, Sshd } from '@fractal-server/test-cluster';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DemoError } from '../demo-error.js';
import { findSharedPythons } from './find-shared-pythons.js';
import { writeLoginEnvironment } from './login-environment.js';

/** How the server reaches the cluster. */
export type Way = 'sudo' | 'ssh';

/** Variables that the server's processes need to reach the cluster. */
type Variables = Readonly<Record<string, string>>;

const RULES = 'Defaults:root env_keep += "SLURM_CONF"\n';

/** A SLURM cluster of two nodes for the demo, on this machine, with one user and an SSH server. It ends with this process at the latest. */
export class DemoCluster {
  private constructor(
    readonly way: Way,
    readonly cluster: OwnCluster,
    readonly user: ClusterUser,
    readonly sshd: Sshd,
    /** Interpreters that the user can run, by version. */
    readonly pythons: ReadonlyMap<string, string>,
    readonly variables: Variables,
  ) {}

  /** @throws DemoError where this machine cannot have a cluster */
  static async start(way: Way): Promise<DemoCluster> {
    // Only here: a server for real use has no test cluster installed beside it.
    const { startCluster, whyNoCluster } = await import('@fractal-server/test-cluster');
    const why = await whyNoCluster();
    if (why !== undefined) {
      throw new DemoError('start a SLURM cluster', `${why}.`, 'Start it as root on Debian or Ubuntu, or the demo without --slurm.');
    }
    const cluster = await startCluster({ users: 1 });
    try {
      return await DemoCluster.prepare(way, cluster);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  private static async prepare(way: Way, cluster: OwnCluster): Promise<DemoCluster> {
    const [user] = cluster.users as readonly [ClusterUser];
    const sshd = await cluster.startSshd();
    writeLoginEnvironment(user, process.env);
    const variables = way === 'ssh' ? bySsh(cluster, sshd) : await bySudo(cluster);
    return new DemoCluster(way, cluster, user, sshd, await findSharedPythons(cluster, user), variables);
  }

  get resourceType(): string {
    return `slurm_${this.way}`;
  }

  /** Folder for the server's own files, when it is not to keep them. */
  get stateFolder(): string {
    return join(this.cluster.folder, 'server');
  }

  /** Copies a folder to where every user and node can read it: a checkout may lie in somebody's closed home. */
  async share(folder: string, name: string): Promise<string> {
    const shared = this.cluster.makeFolder(name);
    cpSync(folder, shared, { recursive: true });
    await this.cluster.run(['chmod', '-R', 'a+rX', shared]);
    return shared;
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
  }
}

/** The node's key is known beforehand, as from the admins of a cluster; SLURM is only known on the cluster. */
function bySsh({ folder }: OwnCluster, { host, port, hostKey }: Sshd): Variables {
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, `[${host}]:${port} ${hostKey}\n`);
  return { FRACTAL_SSH_KNOWN_HOSTS_FILE: knownHosts };
}

/** The demo's server is root, whom sudo lets do everything. A service account needs the file in `deploy`. */
async function bySudo(cluster: OwnCluster): Promise<Variables> {
  await cluster.installSudoers(RULES);
  return { SLURM_CONF: cluster.slurmConf };
}
