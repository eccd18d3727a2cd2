import { startCluster, type ClusterUser, type OwnCluster, type Sshd } from '@fractal-server/test-cluster';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LaneSite } from '../system/lane-site.js';
import { QueueWatch } from './queue-watch.js';

/** How the server reaches the cluster. */
export const CLUSTER_WAYS = ['slurm_sudo', 'slurm_ssh'] as const;
export type ClusterWay = (typeof CLUSTER_WAYS)[number];

/** Megabytes. */
const MEMORY_OF_UNIT = 20;

/** What is special about the site of one lane. */
export interface SiteSettings {
  /** Partition of its jobs. Default: one that takes all. */
  readonly partition?: string;
  /** Folder of the user's files, in which job folders are made. Default: one of its own. */
  readonly userFolder?: string;
  /** SSH server. Default: that of the cluster. */
  readonly sshd?: Sshd;
  /** SLURM jobs of a task with many units. Default 2. */
  readonly batches?: number;
  /** Units of a SLURM job that run at the same time. Default 4. */
  readonly unitsAtOnce?: number;
}

/** A real SLURM cluster that is going to be hurt, with a watch on its queue. */
export class ChaosCluster {
  private sites = 0;

  private constructor(
    readonly slurm: OwnCluster,
    readonly sshd: Sshd,
    readonly watch: QueueWatch,
  ) {}

  static async start(): Promise<ChaosCluster> {
    // Larger than any machine: jobs of all lanes run at the same time.
    const slurm = await startCluster({ users: 1, shims: true, nodes: { cpus: 128, memoryMb: 64_000 } });
    const sshd = await slurm.startSshd();
    // Workers of the suite run as root, which sudo lets do all.
    await slurm.installSudoers(`Defaults:root env_keep += "SLURM_CONF"\nDefaults:root secure_path="${slurm.env['PATH']}"`);
    return new ChaosCluster(slurm, sshd, QueueWatch.start(slurm));
  }

  /** What processes of ours need to use it; absence counts earlier than on a site, so that the suite ends today. */
  get environment(): Readonly<Record<string, string>> {
    return {
      ...this.slurm.env,
      FRACTAL_RUNNER_BACKEND: 'any',
      FRACTAL_SSH_TRUST_FIRST_HOST_KEY: 'true',
      FRACTAL_SLURM_SETTLE_SECONDS: '20',
      FRACTAL_SLURM_CONFIRM_SECONDS: '5',
    };
  }

  get user(): ClusterUser {
    const [user] = this.slurm.users;
    if (user === undefined) throw new Error('the cluster has no user');
    return user;
  }

  /** A site of one lane. @param folder that of the system */
  site(
    folder: string,
    way: ClusterWay,
    { partition = 'main', userFolder, sshd = this.sshd, batches = 2, unitsAtOnce = 4 }: SiteSettings = {},
  ): LaneSite {
    this.sites += 1;
    const projectDir = userFolder ?? this.makeUserFolder(join(folder, 'remote', String(this.sites)));
    return {
      type: way,
      projectDir,
      resource: {
        ...(way === 'slurm_ssh' ? { host: `127.0.0.1:${sshd.port}` } : {}),
        jobs_poll_interval: 1,
        jobs_slurm_python_worker: '/usr/bin/python3',
        jobs_runner_config: {
          default_slurm_config: { partition, cpus_per_task: 1, mem: MEMORY_OF_UNIT },
          batching_config: {
            ...{ target_cpus_per_job: unitsAtOnce, max_cpus_per_job: unitsAtOnce },
            ...{ target_mem_per_job: MEMORY_OF_UNIT * unitsAtOnce, max_mem_per_job: MEMORY_OF_UNIT * unitsAtOnce },
            ...{ target_num_jobs: batches, max_num_jobs: batches },
          },
        },
      },
      profile: {
        username: this.user.name,
        ...(way === 'slurm_ssh'
          ? { ssh_key_path: this.user.keyFile, jobs_remote_dir: join(projectDir, 'jobs'), tasks_remote_dir: join(projectDir, 'tasks') }
          : {}),
      },
    };
  }

  /** A partition of its own. @param state `DOWN`: its jobs pend; `DRAIN`: submissions are refused */
  async addPartition(name: string, state: 'UP' | 'DOWN' | 'DRAIN'): Promise<string> {
    await this.slurm.scontrol('create', `partitionname=${name}`, 'nodes=ALL', `state=${state}`);
    return name;
  }

  async openPartition(name: string): Promise<void> {
    await this.slurm.scontrol('update', `partitionname=${name}`, 'state=UP');
  }

  /** A folder that the user owns. */
  makeUserFolder(path: string): string {
    mkdirSync(path, { recursive: true });
    chownSync(path, this.user.uid, this.user.gid);
    return path;
  }

  async stop(): Promise<void> {
    await this.watch.stop();
    await this.slurm.stop();
  }
}
