import { startCluster, type ClusterUser, type OwnCluster, type Sshd } from '@fractal-server/test-cluster';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchSystem } from '../jobs/bench-system.js';

/** How the server reaches the cluster. */
export type Way = 'slurm_sudo' | 'slurm_ssh';

/** Seconds between two looks at the queue. */
export const POLL_INTERVAL = 1;

let serial = 0;

/** A resource on the cluster. */
export interface SiteResource {
  readonly id: number;
  readonly way: Way;
}

/** Somebody who uses both the server and the cluster. */
export interface SiteUser {
  readonly email: string;
  readonly password: string;
  readonly user: ClusterUser;
  readonly resource: SiteResource;
}

/** The product and a two-node cluster beside it. */
export class SlurmSite {
  private constructor(
    readonly system: BenchSystem,
    readonly cluster: OwnCluster,
    readonly sshd: Sshd,
    private readonly sudoLog: string,
  ) {}

  static async start(users = 1): Promise<SlurmSite> {
    // With the backfill scheduler beside the main one the floor is 2.5 s in some runs and 4.5 s in others, see docs/performance.md.
    const cluster = await startCluster({ users, slurmConf: ['SchedulerType=sched/builtin'] });
    const sshd = await cluster.startSshd();
    const sudoLog = join(cluster.folder, 'sudo.log');
    // The benchmark's server runs as root, which sudo lets do all; as a service account it would need the file of docs/deployment.md.
    await cluster.installSudoers(
      `Defaults:root env_keep += "SLURM_CONF"\nDefaults:root secure_path="${cluster.env['PATH']}"\nDefaults logfile=${sudoLog}`,
    );
    const environment = { ...cluster.env, FRACTAL_SSH_TRUST_FIRST_HOST_KEY: 'true' };
    const system = await BenchSystem.start(['slurm_sudo', 'slurm_ssh'], environment);
    return new SlurmSite(system, cluster, sshd, sudoLog);
  }

  /** Commands that sudo has run so far. */
  sudoCalls(): number {
    try {
      return readFileSync(this.sudoLog, 'utf8').split('COMMAND=').length - 1;
    } catch {
      return 0;
    }
  }

  /** Gives the admin a resource of the kind, which cuts the units of a task into so many SLURM jobs. */
  async use(way: Way, batches: number): Promise<void> {
    const resource = await this.addResource(way, batches);
    const [user] = this.cluster.users as readonly [ClusterUser, ...ClusterUser[]];
    const me = await this.system.request<{ id: number }>('GET', '/auth/current-user/');
    await this.giveProfile(me.id, user, resource);
  }

  /** A new resource of the kind. */
  async addResource(way: Way, batches: number): Promise<SiteResource> {
    const name = `${way} ${batches} ${(serial += 1)}`;
    const { id } = await this.system.request<{ id: number }>('POST', '/admin/v2/resource/', this.resource(way, name, batches));
    return { id, way };
  }

  /** A new user of the server who acts as one of the cluster's. */
  async addUser({ email, password, user, resource }: SiteUser): Promise<void> {
    const { id } = await this.system.request<{ id: number }>('POST', '/auth/register/', {
      email,
      password,
      project_dirs: [this.system.folder],
    });
    await this.giveProfile(id, user, resource);
  }

  private async giveProfile(userId: number, user: ClusterUser, { id, way }: SiteResource): Promise<void> {
    const remote = this.cluster.makeFolder(`remote-${id}-${user.name}`, { owner: user, mode: 0o700 });
    const profile = await this.system.request<{ id: number }>('POST', `/admin/v2/resource/${id}/profile/`, {
      ...{ name: `${user.name} ${(serial += 1)}`, username: user.name, resource_type: way },
      ...(way === 'slurm_ssh'
        ? { ssh_key_path: user.keyFile, jobs_remote_dir: join(remote, 'jobs'), tasks_remote_dir: join(remote, 'tasks') }
        : {}),
    });
    await this.system.request('PATCH', `/auth/users/${userId}/`, {
      is_verified: true,
      profile_id: profile.id,
      project_dirs: [remote, this.system.folder],
    });
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.cluster.stop();
  }

  private resource(type: Way, name: string, batches: number): object {
    return {
      ...{ type, name, jobs_poll_interval: POLL_INTERVAL, jobs_slurm_python_worker: '/usr/bin/python3' },
      ...(type === 'slurm_ssh' ? { host: `127.0.0.1:${this.sshd.port}` } : {}),
      jobs_local_dir: this.cluster.makeFolder(`jobs ${name}`.replaceAll(' ', '-')),
      tasks_local_dir: this.cluster.makeFolder(`tasks ${name}`.replaceAll(' ', '-')),
      tasks_pixi_config: {},
      tasks_python_config: { default_version: '3.11', versions: { '3.11': '/usr/bin/python3' } },
      jobs_runner_config: {
        default_slurm_config: { partition: 'main', cpus_per_task: 1, mem: 100 },
        batching_config: {
          ...{ target_cpus_per_job: 4, max_cpus_per_job: 4, target_mem_per_job: 400, max_mem_per_job: 400 },
          ...{ target_num_jobs: 1, max_num_jobs: batches },
        },
      },
    };
  }
}
