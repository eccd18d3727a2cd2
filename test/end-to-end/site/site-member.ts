import type { ClusterUser } from '@fractal-server/test-cluster';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpClient } from '../http-client.js';
import type { Site } from './site.js';

/** Where jobs run. */
export interface SiteResource {
  readonly id: number;
  readonly name: string;
  readonly type: 'local' | 'slurm_sudo' | 'slurm_ssh';
  /** Folder of the server's side of job folders. */
  readonly jobs: string;
}

/** A job that was submitted. */
export interface SiteJob {
  readonly id: number;
  readonly path: string;
  readonly workingDir: string;
  readonly workingDirUser: string;
}

let serial = 0;
const PASSWORD = 'member-1234';
const SMALL_JOBS = {
  default_slurm_config: { partition: 'main', cpus_per_task: 1, mem: 100 },
  batching_config: {
    ...{ target_cpus_per_job: 4, max_cpus_per_job: 4, target_mem_per_job: 400, max_mem_per_job: 400 },
    ...{ target_num_jobs: 1, max_num_jobs: 4 },
  },
};

/** Adds a resource as its administrator does. @param host of `slurm_ssh`: where to log in */
export async function addResource(site: Site, name: string, type: SiteResource['type'], host?: string): Promise<SiteResource> {
  const owner = site.cluster.service;
  const slug = name.replaceAll(' ', '-');
  const jobs = site.cluster.makeFolder(`jobs-${slug}`, { owner });
  const { id } = await site.admin.post<{ id: number }>('/admin/v2/resource/', {
    ...{ name, type, ...(host === undefined ? {} : { host }) },
    ...{ jobs_local_dir: jobs, tasks_local_dir: site.cluster.makeFolder(`tasks-${slug}`, { owner }) },
    jobs_poll_interval: type === 'local' ? 0 : 1,
    ...(type === 'local' ? { jobs_runner_config: {} } : { jobs_runner_config: SMALL_JOBS, jobs_slurm_python_worker: '/usr/bin/python3' }),
    tasks_python_config: { default_version: '3.11', versions: { '3.11': '/usr/bin/python3' } },
    tasks_pixi_config: {},
  });
  return { id, name, type, jobs };
}

/** Somebody with a profile on a resource, and a project folder. */
export class SiteMember {
  private constructor(
    private readonly site: Site,
    readonly api: HttpClient,
    readonly userId: number,
    private readonly taskId: number,
    private readonly projectId: number,
    private readonly script: string,
  ) {}

  /** @param who whom the server acts as on the cluster; without one: a user of a local resource */
  static async add(site: Site, resource: SiteResource, who?: ClusterUser): Promise<SiteMember> {
    const name = `${who?.name ?? 'somebody'} on ${resource.name} ${(serial += 1)}`;
    const slug = name.replaceAll(' ', '-');
    const folder = site.cluster.makeFolder(`of-${slug}`, { owner: who ?? site.cluster.service, mode: 0o700 });
    const ssh = () => ({
      ssh_key_path: site.installKey(who!),
      jobs_remote_dir: join(folder, 'jobs'),
      tasks_remote_dir: join(folder, 'tasks'),
    });
    const profile = await site.admin.post<{ id: number }>(`/admin/v2/resource/${resource.id}/profile/`, {
      ...{ name, resource_type: resource.type },
      ...(who === undefined ? {} : { username: who.name }),
      ...(resource.type === 'slurm_ssh' ? ssh() : {}),
    });
    const login = { email: `${slug}@site.example`.toLowerCase(), password: PASSWORD };
    const user = { ...login, profile_id: profile.id, project_dirs: [join(folder, 'projects')] };
    const { id } = await site.admin.post<{ id: number }>('/auth/register/', user);
    await site.admin.patch(`/auth/users/${id}/`, { is_verified: true });
    const api = await HttpClient.logIn(site.url, login.email, login.password);
    const script = join(site.cluster.makeFolder(`script-${slug}`), 'task.sh');
    const task = { name: 'Who am I', version: '1', command_parallel: script };
    const { id: taskId } = await api.post<{ id: number }>('/api/v2/task/?private=true', task);
    const { id: projectId } = await api.post<{ id: number }>('/api/v2/project/', { name });
    return new SiteMember(site, api, id, taskId, projectId, script);
  }

  /** Submits a job of two units that say who they are, take so long, and end well. */
  async submit(seconds = 0): Promise<SiteJob> {
    writeFileSync(this.script, `#!/bin/sh\necho "I am $(id -un)"\nsleep ${seconds}\necho '{}' >"$4"\n`);
    chmodSync(this.script, 0o755);
    const project = `/api/v2/project/${this.projectId}`;
    const { id: dataset, zarr_dir: zarrDir } = await this.api.post<{ id: number; zarr_dir: string }>(`${project}/dataset/`, {
      name: 'Plate',
    });
    for (const image of ['a', 'b']) await this.api.post(`${project}/dataset/${dataset}/images/`, { zarr_url: `${zarrDir}/${image}.zarr` });
    const { id: workflow } = await this.api.post<{ id: number }>(`${project}/workflow/`, { name: `Workflow of dataset ${dataset}` });
    await this.api.post(`${project}/workflow/${workflow}/wftask/`, [{ task_id: this.taskId }]);
    const job = await this.api.post<{ id: number; working_dir: string; working_dir_user: string }>(
      `${project}/job/submit/?workflow_id=${workflow}&dataset_id=${dataset}`,
    );
    return { id: job.id, path: `${project}/job/${job.id}/`, workingDir: job.working_dir, workingDirUser: job.working_dir_user };
  }

  /** Waits for the end of a job. */
  async end({ id, path }: SiteJob): Promise<{ status: string; log: string }> {
    return this.site.waitFor(`the end of job ${id}`, async () => {
      const job = await this.api.get<{ status: string; log: string }>(path);
      return job.status !== 'submitted' && job;
    });
  }
}
