import { join } from 'node:path';
import { installation } from '../../installation.js';
import type { StartedSystem } from '../../system/start-system.js';
import { ApiClient } from '../api-client.js';
import type { DemoSite } from '../demo-site.js';
import { logInAsAdmin } from '../local-site.js';
import type { DemoCluster } from './demo-cluster.js';
import { watchCluster } from './watch-cluster.js';

/** Seconds between two looks at the queue. */
const POLL_INTERVAL = 1;
const PASSWORD = 'demo-on-slurm';

/** The user of the demo, as the server knows it. */
export interface DemoUser {
  readonly email: string;
  readonly password: string;
}

/**
 * Does what an admin does when a cluster is added: a resource, a profile, a user who has it.
 * @returns the site of that user, and how they log in
 */
export async function addCluster(system: StartedSystem, cluster: DemoCluster): Promise<{ site: DemoSite; user: DemoUser }> {
  const admin = await logInAsAdmin(system);
  const resource = await admin.post<{ id: number }>('/admin/v2/resource/', describeResource(cluster));
  const profile = await admin.post<{ id: number }>(`/admin/v2/resource/${resource.id}/profile/`, describeProfile(cluster));
  const user: DemoUser = { email: `${cluster.user.name}@example.org`, password: PASSWORD };
  const projects = cluster.cluster.makeFolder('projects', { owner: cluster.user, mode: 0o700 });
  const { id } = await admin.post<{ id: number }>('/auth/register/', { ...user, profile_id: profile.id, project_dirs: [projects] });
  await admin.patch(`/auth/users/${id}/`, { is_verified: true });

  const api = await ApiClient.logIn(system.address, user.email, user.password);
  const site: DemoSite = {
    api,
    pythonVersions: [...cluster.pythons.keys()],
    keepsTasksPrivate: true,
    realInput: await cluster.share(join(installation.demo, 'real-input'), 'real-input'),
    watch: async (jobId) => watchCluster(api, cluster, jobId),
  };
  return { site, user };
}

function describeResource({ way, cluster, resourceType, sshd, pythons }: DemoCluster): object {
  // By sudo, users and nodes read in the server's folders; by SSH nobody does.
  const mode = way === 'sudo' ? 0o755 : 0o700;
  const [defaultVersion = '', worker = ''] = [...pythons].at(0) ?? [];
  return {
    name: `Cluster ${cluster.name}`,
    type: resourceType,
    ...(way === 'ssh' ? { host: `${sshd.host}:${sshd.port}` } : {}),
    jobs_local_dir: cluster.makeFolder('server-jobs', { mode }),
    tasks_local_dir: cluster.makeFolder('server-tasks', { mode }),
    jobs_poll_interval: POLL_INTERVAL,
    jobs_slurm_python_worker: worker,
    jobs_runner_config: {
      default_slurm_config: { partition: 'main', cpus_per_task: 1, mem: '2G' },
      // One image for each SLURM job, so that both nodes have something to do.
      batching_config: {
        ...{ target_cpus_per_job: 1, max_cpus_per_job: 1, target_mem_per_job: '2G', max_mem_per_job: '8G' },
        ...{ target_num_jobs: 2, max_num_jobs: 10 },
      },
    },
    tasks_python_config: { default_version: defaultVersion, versions: Object.fromEntries(pythons), installer: 'uv' },
    tasks_pixi_config: {},
  };
}

function describeProfile({ way, cluster, resourceType, user }: DemoCluster): object {
  const profile = { name: `${user.name} on ${cluster.name}`, resource_type: resourceType, username: user.name };
  if (way === 'sudo') return profile;
  const files = cluster.makeFolder('user-files', { owner: user, mode: 0o700 });
  return { ...profile, ssh_key_path: user.keyFile, jobs_remote_dir: join(files, 'jobs'), tasks_remote_dir: join(files, 'tasks') };
}
