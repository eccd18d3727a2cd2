import { findClusterAccess, findLoginAccess, type ClusterAccess, type Database } from '@fractal-server/database';
import type { JsonObject, ResourceType } from '@fractal-server/domain';
import type { CallOptions, Commands, Host } from '@fractal-server/hosts';
import { readKillWait, SCONTROL_SHOW_CONFIG } from '@fractal-server/slurm';
import type { QueueHost } from '../../accounts/clusters.js';
import { NoWayToCluster } from '../../accounts/no-way-to-cluster.js';
import type { ClusterDirectory, ClusterUser } from './cluster-directory.js';
import type { Cluster } from './cluster.js';
import { KillWaits } from './kill-waits.js';
import { SshCluster } from './ssh-cluster.js';
import { SudoCluster } from './sudo-cluster.js';

/** Gives the hosts by which clusters are reached; always the same one for the same access, as long as it is used. */
export interface ClusterHosts {
  /** This machine, as the server's own user, with what SLURM's commands need of the environment. */
  readonly local: Pick<Commands, 'run'>;
  /** This machine as another user. */
  sudo(user: string): Commands;
  /** A login node. @throws HostError for an address or a key that cannot be used */
  ssh(login: { readonly host: string; readonly user: string; readonly keyPath: string }): Host;
}

/** SLURM's client tries for longer by itself when the controller is busy; nobody waits for that to submit a job. */
const KILL_WAIT_DEADLINE_MS = 4_000;

/** How a user gets to a cluster, complete. */
type Way =
  | { readonly kind: 'sudo'; readonly user: string }
  | { readonly kind: 'ssh'; readonly host: string; readonly user: string; readonly keyPath: string };

/** The clusters of this process's resources. How to connect is read at each use, so that a new key or address counts at once. */
export class ReachedClusters implements ClusterDirectory {
  private readonly clusters = new Map<string, { readonly host: Commands; readonly cluster: Cluster }>();
  private readonly killWaits = new KillWaits();

  constructor(
    private readonly database: Database,
    private readonly hosts: ClusterHosts,
  ) {}

  async of({ resourceId, resource, profile }: ClusterUser): Promise<Cluster> {
    const now = await findClusterAccess(this.database, resourceId, Number(profile.get('id')));
    return this.cluster(wayOf(now ?? accessOf(resource, profile)));
  }

  async queueCommands({ resourceId, login }: QueueHost): Promise<Pick<Commands, 'run'>> {
    if (login === '') return this.hosts.local;
    const access = await findLoginAccess(this.database, resourceId, login);
    if (access === null) throw new NoWayToCluster(`no profile of the resource logs in as ${login} any more`);
    return this.cluster(wayOf(access)).commands;
  }

  async killWaitOf(user: ClusterUser, options: CallOptions): Promise<number | null> {
    const account = { resourceId: user.resourceId, login: this.loginOf(user) };
    const seconds = await this.killWaits.of(JSON.stringify(account), async () => {
      const commands = await this.queueCommands(account);
      const deadlineMs = Math.min(options.deadlineMs, KILL_WAIT_DEADLINE_MS);
      const { exitCode, stdout } = await commands.run(SCONTROL_SHOW_CONFIG, { ...options, deadlineMs });
      return exitCode === 0 ? readKillWait(stdout.toString('utf8')) : null;
    });
    options.signal?.throwIfAborted();
    return seconds;
  }

  loginOf({ resource, profile }: Pick<ClusterUser, 'resource' | 'profile'>): string {
    const way = wayOf(accessOf(resource, profile));
    return way.kind === 'sudo' ? '' : way.user;
  }

  private cluster(way: Way): Cluster {
    const key = JSON.stringify(way);
    const host = way.kind === 'sudo' ? this.hosts.sudo(way.user) : this.hosts.ssh(way);
    const known = this.clusters.get(key);
    if (known?.host === host) return known.cluster;
    const cluster = way.kind === 'sudo' ? new SudoCluster(host, way.user) : new SshCluster(host as Host);
    this.clusters.set(key, { host, cluster });
    return cluster;
  }
}

function accessOf(resource: JsonObject, profile: JsonObject): ClusterAccess {
  const text = (object: JsonObject, key: string) => (object.get(key) ?? null) as string | null;
  return {
    type: resource.get('type') as ResourceType,
    host: text(resource, 'host'),
    username: text(profile, 'username'),
    sshKeyPath: text(profile, 'ssh_key_path'),
  };
}

function wayOf({ type, host, username, sshKeyPath }: ClusterAccess): Way {
  if (username === null) throw new NoWayToCluster('the profile has no user name on the cluster');
  if (type === 'slurm_sudo') return { kind: 'sudo', user: username };
  if (type !== 'slurm_ssh' || host === null || sshKeyPath === null)
    throw new NoWayToCluster(`the resource of type ${type} has no address, or the profile has no key to log in with`);
  return { kind: 'ssh', host, user: username, keyPath: sshKeyPath };
}
