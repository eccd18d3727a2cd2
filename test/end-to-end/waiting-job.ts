import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpClient } from './http-client.js';

/** A job whose only unit runs until it is told to end. */
export interface WaitingJob {
  readonly path: string;
  /** How often the unit was started. */
  starts(): number;
  letUnitEnd(): void;
}

/** Submits a job of one non-parallel task, a shell script that waits for a file. */
export async function submitWaitingJob(api: HttpClient, folder: string): Promise<WaitingJob> {
  const started = join(folder, 'started');
  const mayEnd = join(folder, 'may-end');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'wait.sh'),
    `#!/bin/sh\necho started >>'${started}'\nwhile [ ! -e '${mayEnd}' ]; do sleep 0.1; done\nwhile [ "$1" != --out-json ]; do shift; done\necho '{}' >"$2"\n`,
  );
  const task = await api.post<{ id: number }>('/api/v2/task/?private=true', {
    name: 'wait',
    type: 'non_parallel',
    version: '1.0',
    command_non_parallel: `/bin/sh ${join(folder, 'wait.sh')}`,
  });
  const { id: project } = await api.post<{ id: number }>('/api/v2/project/', { name: 'Waiting' });
  const dataset = await api.post<{ id: number; zarr_dir: string }>(`/api/v2/project/${project}/dataset/`, { name: 'Images' });
  await api.post(`/api/v2/project/${project}/dataset/${dataset.id}/images/`, { zarr_url: `${dataset.zarr_dir}/a.zarr` });
  const { id: workflow } = await api.post<{ id: number }>(`/api/v2/project/${project}/workflow/`, { name: 'Wait' });
  await api.post(`/api/v2/project/${project}/workflow/${workflow}/wftask/`, [{ task_id: task.id }]);
  const job = await api.post<{ id: number }>(`/api/v2/project/${project}/job/submit/?workflow_id=${workflow}&dataset_id=${dataset.id}`);
  return {
    path: `/api/v2/project/${project}/job/${job.id}/`,
    starts: () => (existsSync(started) ? readFileSync(started, 'utf8').trim().split('\n').length : 0),
    letUnitEnd: () => writeFileSync(mayEnd, ''),
  };
}
