import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who makes and runs a workflow. */
export interface BenchActor {
  /** Folder for tasks and datasets. */
  readonly folder: string;
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** One task of a benchmark: shell scripts that get `--args-json A --out-json B`. */
export interface BenchTask {
  readonly parallel?: string;
  readonly nonParallel?: string;
}

/** A unit that does nothing: what the floor runs as well. */
export const NO_OP = `#!/bin/sh\necho '{}' > "$4"\n`;

/** When a job was sent and seen as done, in ms since 1970. */
export interface TimedJob {
  readonly id: number;
  readonly sentAt: number;
  readonly doneAt: number;
  readonly workingDir: string;
  readonly workingDirUser: string;
}

let serial = 0;

/** A project with one dataset of `imageCount` images and one workflow. */
export class BenchWorkflow {
  private constructor(
    private readonly actor: BenchActor,
    private readonly projectId: number,
    private readonly datasetId: number,
    private readonly workflowId: number,
    readonly zarrDir: string,
  ) {}

  static async make(system: BenchActor, imageCount: number, tasks: readonly BenchTask[]): Promise<BenchWorkflow> {
    const name = `bench-${(serial += 1)}`;
    const zarrDir = join(system.folder, name);
    const project = await system.request<{ id: number }>('POST', '/api/v2/project/', { name });
    const images = Array.from({ length: imageCount }, (_, index) => ({
      zarr_url: imageUrl(zarrDir, index),
      attributes: { index },
      types: {},
    }));
    const dataset = await system.request<{ id: number }>('POST', `/api/v2/project/${project.id}/dataset/import/`, {
      name,
      zarr_dir: zarrDir,
      images,
    });
    const workflow = await system.request<{ id: number }>('POST', `/api/v2/project/${project.id}/workflow/`, { name });
    for (const [index, task] of tasks.entries()) {
      const body = await taskBody(system.folder, `${name}-task-${index}`, task);
      const { id } = await system.request<{ id: number }>('POST', '/api/v2/task/?private=true', body);
      await system.request('POST', `/api/v2/project/${project.id}/workflow/${workflow.id}/wftask/`, [{ task_id: id }]);
    }
    return new BenchWorkflow(system, project.id, dataset.id, workflow.id, zarrDir);
  }

  /** Runs the workflow once and waits for its end, with a look every `pollMs`. */
  async run({ pollMs = 10 } = {}): Promise<TimedJob> {
    const sentAt = Date.now();
    const path = `/api/v2/project/${this.projectId}/job/submit/?workflow_id=${this.workflowId}&dataset_id=${this.datasetId}`;
    const job = await this.actor.request<{ id: number; working_dir: string; working_dir_user: string }>('POST', path, {});
    for (;;) {
      const seen = await this.actor.request<{ status: string; log: string }>('GET', `/api/v2/project/${this.projectId}/job/${job.id}/`);
      if (seen.status === 'done')
        return { id: job.id, sentAt, doneAt: Date.now(), workingDir: job.working_dir, workingDirUser: job.working_dir_user };
      if (seen.status === 'failed') throw new Error(`job ${job.id} failed:\n${seen.log}`);
      await sleep(pollMs);
    }
  }
}

/** URL of an image of a benchmark's dataset. */
export function imageUrl(zarrDir: string, index: number): string {
  return `${zarrDir}/plate.zarr/${index}`;
}

async function taskBody(folder: string, name: string, task: BenchTask): Promise<object> {
  await mkdir(join(folder, 'tasks'), { recursive: true });
  const write = async (part: string, script: string | undefined): Promise<object> => {
    if (script === undefined) return {};
    const path = join(folder, 'tasks', `${name}-${part}.sh`);
    await writeFile(path, script, { mode: 0o755 });
    return { [`command_${part}`]: path };
  };
  return { name, version: '1', ...(await write('parallel', task.parallel)), ...(await write('non_parallel', task.nonParallel)) };
}

/** Milliseconds since 1970 that a unit wrote with `date +%s%N`. */
export async function readStamp(path: string): Promise<number> {
  return Number((await readFile(path, 'utf8')).trim()) / 1e6;
}
