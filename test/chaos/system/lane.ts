import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHAOS_TASKS, commandOf } from '../tasks/workflow.js';
import type { AppProcess } from './app-process.js';
import { Refused, type Client } from './client.js';
import { localSite, type LaneSite } from './lane-site.js';
import type { ChaosSystem } from './system.js';

/** What a lane's resource is told. */
export interface LaneSettings {
  /** Folder of jobs; default: one of the system. */
  readonly jobsFolder?: string;
  readonly retriesLostUnits?: boolean;
  readonly slots?: number;
  /** Where units run. Default: this machine. */
  readonly site?: LaneSite;
}

/** How a lane's worker is started. */
interface LaneWorker {
  /** Name of its place. */
  readonly place?: string;
  readonly failPoint?: string;
  /** In a process namespace of its own: whatever it starts dies with it. */
  readonly isContainer?: boolean;
}

/** A job that was accepted. */
export interface ChaosJob {
  readonly id: number;
  readonly datasetId: number;
  readonly zarrDir: string;
  readonly lane: Lane;
}

interface WithId {
  readonly id: number;
}

const PASSWORD = 'secret-1234';

/**
 * A resource with a user, a project and the workflow of the suite. Workers that serve only one resource make lanes independent of each
 * other: what is armed in a lane meets the jobs of that lane.
 */
export class Lane {
  readonly workers: AppProcess[] = [];
  private submissions = 0;

  private constructor(
    private readonly system: ChaosSystem,
    readonly name: string,
    private readonly client: Client,
    private readonly resourceId: number,
    private readonly projectId: number,
    private readonly workflowId: number,
    private readonly backendType: LaneSite['type'],
  ) {}

  /** Makes a lane through the API; nothing is hurt meanwhile. */
  static async make(system: ChaosSystem, name: string, settings: LaneSettings = {}): Promise<Lane> {
    const { admin } = system;
    const jobsFolder = settings.jobsFolder ?? join(system.folder, 'jobs', name);
    mkdirSync(jobsFolder, { recursive: true });
    const site = settings.site ?? localSite(join(system.folder, 'data'));
    const resource = await admin.post<WithId>('/admin/v2/resource/', {
      type: site.type,
      name,
      jobs_local_dir: jobsFolder,
      tasks_local_dir: join(system.folder, 'tasks'),
      tasks_python_config: { default_version: '3.11', versions: { '3.11': '/usr/bin/python3' } },
      tasks_pixi_config: {},
      ...site.resource,
      settings: { local_slots: settings.slots ?? 4, retry_lost_units: settings.retriesLostUnits ?? false, retry_max: 50 },
    });
    const profile = await admin.post<WithId>(`/admin/v2/resource/${resource.id}/profile/`, {
      ...{ resource_type: site.type, name },
      ...site.profile,
    });
    const email = `${name}@example.org`;
    const user = await admin.post<WithId>('/auth/register/', { email, password: PASSWORD, project_dirs: [site.projectDir] });
    await admin.patch(`/auth/users/${user.id}/`, { profile_id: profile.id, is_verified: true });
    const client = system.clientOf({ email, password: PASSWORD });
    const project = await client.post<WithId>('/api/v2/project/', { name });
    const workflow = await client.post<WithId>(`/api/v2/project/${project.id}/workflow/`, { name });
    for (const task of CHAOS_TASKS) {
      const { id } = await client.post<WithId>('/api/v2/task/', {
        name: task.name,
        type: task.type,
        // Everybody may use it, so names are taken once for all lanes.
        version: name,
        ...withoutNulls({
          command_non_parallel: commandOf(system.script, task.nonParallel),
          command_parallel: commandOf(system.script, task.parallel),
        }),
      });
      await client.post(`/api/v2/project/${project.id}/workflow/${workflow.id}/wftask/`, [{ task_id: id }]);
    }
    return new Lane(system, name, client, resource.id, project.id, workflow.id, site.type);
  }

  /** Adds a worker that serves this lane only. */
  addWorker({ place = 'here', failPoint, isContainer = false }: LaneWorker = {}): AppProcess {
    const name = `${this.name}.${this.workers.length}`;
    const worker = this.system.startWorker(
      { name, args: ['--backend', this.backendType, '--resource', this.name, '--place', place], isContainer },
      failPoint,
    );
    this.workers.push(worker);
    return worker;
  }

  /** Ends the lane's workers for good. */
  async dismissWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => this.system.dismiss(worker)));
  }

  /** Changes the lane's resource; jobs that were accepted before keep what they have. */
  async set(settings: LaneSettings): Promise<void> {
    await this.system.admin.patch(`/admin/v2/resource/${this.resourceId}/`, {
      settings: {
        ...(settings.slots === undefined ? {} : { local_slots: settings.slots }),
        ...(settings.retriesLostUnits === undefined ? {} : { retry_lost_units: settings.retriesLostUnits }),
      },
    });
  }

  /** Submits the workflow on a new dataset, however often the API dies meanwhile. Resolves when the job was accepted. */
  async submit(): Promise<ChaosJob> {
    this.submissions += 1;
    const { id: datasetId, zarr_dir: zarrDir } = await this.addDataset();
    const path = `/api/v2/project/${this.projectId}/job/submit/?workflow_id=${this.workflowId}&dataset_id=${datasetId}`;
    try {
      const { id } = await this.client.post<WithId>(path);
      return { id, datasetId, zarrDir, lane: this };
    } catch (error) {
      // The first try was accepted, and its answer was lost with the API.
      if (!(error instanceof Refused && error.detail.includes('already in use'))) throw error;
      const jobs = await this.jobsOf(datasetId);
      if (jobs.length !== 1) throw new Error(`dataset ${datasetId} is in use by ${jobs.length} jobs`, { cause: error });
      return { id: jobs[0]!.id, datasetId, zarrDir, lane: this };
    }
  }

  /** Asks for the end of a job; nothing happens when it has ended by itself. */
  async cancel(job: ChaosJob): Promise<void> {
    await ignoringRefusal(this.client.post(`/api/v2/project/${this.projectId}/job/${job.id}/cancel/`));
  }

  /** Lets the administrator mark the job as failed; nothing happens when it has ended by itself. */
  async failByAdmin(job: ChaosJob): Promise<void> {
    await ignoringRefusal(this.system.admin.patch(`/admin/v2/job/${job.id}/`, { status: 'failed' }));
  }

  private async addDataset(): Promise<WithId & { zarr_dir: string }> {
    return this.client.post(`/api/v2/project/${this.projectId}/dataset/`, { name: `data ${this.submissions}` });
  }

  private async jobsOf(datasetId: number): Promise<WithId[]> {
    const jobs = await this.client.get<(WithId & { dataset_id: number })[]>(`/api/v2/project/${this.projectId}/job/`);
    return jobs.filter((job) => job.dataset_id === datasetId);
  }
}

async function ignoringRefusal(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Refused && error.status === 422)) throw error;
  }
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
