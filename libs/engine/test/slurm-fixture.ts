import { SshHostKeys, type Database } from '@fractal-server/database';
import {
  cleanEnvironment,
  HostRegistry,
  hostSettingsOf,
  LocalHost,
  SudoHost,
  type CommandResult,
  type Commands,
  type RunOptions,
} from '@fractal-server/hosts';
import { becoming, type Cluster, type ClusterUser } from '@fractal-server/test-cluster';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { ReachedClusters } from '../src/slurm/cluster/reached-clusters.js';
import type { WorkflowFixture } from './workflow-fixture.js';

/** Asks of a SLURM job what the test cluster has plenty of. */
export const SMALL_JOBS = {
  default_slurm_config: { partition: 'main', cpus_per_task: 1, mem: 100, time: '10:00' },
  gpu_slurm_config: null,
  batching_config: {
    target_cpus_per_job: 4,
    max_cpus_per_job: 4,
    target_mem_per_job: 4000,
    max_mem_per_job: 4000,
    target_num_jobs: 4,
    max_num_jobs: 10,
  },
  user_local_exports: {},
};

/** What a SLURM resource under test is told. */
export interface SlurmParts {
  readonly user: ClusterUser;
  readonly runnerConfig?: unknown;
  /** Seconds between two looks at the queue. */
  readonly pollInterval?: number;
  /** Part of the names of all folders, on both sides. */
  readonly folderName?: string;
}

/** Turns the resource of a workflow into one of a cluster that is reached by sudo, with folders that nodes and users can reach. */
export async function onSudoCluster(
  database: Database,
  fixture: WorkflowFixture,
  cluster: Cluster,
  { user, runnerConfig = SMALL_JOBS, pollInterval = 1, folderName = '' }: SlurmParts,
): Promise<WorkflowFixture> {
  const { resourceId, profileId } = fixture.person;
  const jobsLocalDir = cluster.makeFolder(`jobs-${resourceId}${folderName}`);
  const firstProjectDir = cluster.makeFolder(`project-${resourceId}-${user.name}${folderName}`, { owner: user });
  await chmod(fixture.folder, 0o755);
  await database.execute(
    `update resource set type = 'slurm_sudo', jobs_local_dir = $2, jobs_runner_config = $3, jobs_poll_interval = $4,
            jobs_slurm_python_worker = '/usr/bin/python3' where id = $1`,
    [resourceId, jobsLocalDir, JSON.stringify(runnerConfig), pollInterval],
  );
  await database.execute(`update profile set resource_type = 'slurm_sudo', username = $2 where id = $1`, [profileId, user.name]);
  return { ...fixture, site: { resourceType: 'slurm_sudo', jobsLocalDir, jobsRemoteDir: null, firstProjectDir } };
}

/** Turns the resource of a workflow into one of a cluster that is reached by SSH: nothing of the server's folders is visible there. */
export async function onSshCluster(
  database: Database,
  fixture: WorkflowFixture,
  cluster: Cluster,
  { user, host, runnerConfig = SMALL_JOBS, pollInterval = 1, folderName = '' }: SlurmParts & { readonly host: string },
): Promise<WorkflowFixture> {
  const { resourceId, profileId } = fixture.person;
  const remoteDir = cluster.makeFolder(`remote-${resourceId}-${user.name}${folderName}`, { owner: user, mode: 0o700 });
  const jobsRemoteDir = join(remoteDir, 'jobs');
  await chmod(fixture.folder, 0o755);
  await database.execute(
    `update resource set type = 'slurm_ssh', host = $2, jobs_runner_config = $3, jobs_poll_interval = $4,
            jobs_slurm_python_worker = '/usr/bin/python3' where id = $1`,
    [resourceId, host, JSON.stringify(runnerConfig), pollInterval],
  );
  await database.execute(
    `update profile set resource_type = 'slurm_ssh', username = $2, ssh_key_path = $3, jobs_remote_dir = $4, tasks_remote_dir = $5 where id = $1`,
    [profileId, user.name, user.keyFile, jobsRemoteDir, join(remoteDir, 'tasks')],
  );
  const site = { ...fixture.site, resourceType: 'slurm_ssh', jobsRemoteDir, firstProjectDir: join(remoteDir, 'project') } as const;
  return { ...fixture, site };
}

/** The clusters of a worker that knows nothing of SLURM but by SSH. */
export function clustersBySsh(database: Database): { readonly clusters: ReachedClusters; close(): void } {
  const settings = hostSettingsOf(
    { knownHostsFile: null, trustFirstHostKey: true, keyPassphrase: null, jumpHosts: '' },
    new SshHostKeys(database),
    cleanEnvironment(process.env),
  );
  const hosts = new HostRegistry(settings);
  return { clusters: new ReachedClusters(database, hosts), close: () => hosts.close() };
}

/** This machine as another user than the tests run as. */
class OtherUser extends LocalHost {
  constructor(
    private readonly user: ClusterUser,
    environment: Readonly<Record<string, string>>,
    private readonly lateness: Lateness,
  ) {
    super(environment);
  }

  override async run(argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    const result = await super.run([...becoming(this.user), ...argv], options);
    const { hidden } = this.lateness;
    if (hidden === null || !argv.includes('ls')) return result;
    const lines = result.stdout.toString('latin1').split('\n');
    return { ...result, stdout: Buffer.from(lines.filter((line) => !hidden.test(line)).join('\n'), 'latin1') };
  }
}

/** What a network file system does not show yet. */
export interface Lateness {
  /** Lines of `ls` that are missing. */
  hidden: RegExp | null;
}

/** The clusters of a worker that runs as the cluster's service account, and reaches its users by sudo. */
export function clustersBySudo(database: Database, cluster: Cluster, lateness: Lateness = { hidden: null }): ReachedClusters {
  const environment = { ...cleanEnvironment(process.env), ...cluster.env };
  const own = new OtherUser(cluster.service, environment, lateness);
  const users = new Map<string, Commands>();
  const sudo = (user: string): Commands => {
    const host = users.get(user) ?? new SudoHost(user, own, environment);
    users.set(user, host);
    return host;
  };
  const ssh = (): never => {
    throw new Error('no SSH here');
  };
  return new ReachedClusters(database, { local: own, sudo, ssh });
}
