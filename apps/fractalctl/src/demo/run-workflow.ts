import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../terminal/duration.js';
import { LiveLines, type LiveLine, type Output } from '../terminal/live-lines.js';
import type { ApiClient } from './api-client.js';
import type { DatasetRead, JobRead, RunRead, WorkflowRead } from './wire.js';

/** What a job needs: made by {@link prepareProject}. */
export interface Project {
  readonly id: number;
  readonly name: string;
  readonly dataset: DatasetRead;
  readonly workflow: WorkflowRead;
}

const POLL_INTERVAL_MS = 500;

/** Makes a project with an empty dataset and the given workflow. */
export async function prepareProject(api: ApiClient, name: string, workflowExport: unknown): Promise<Project> {
  const { id } = await api.post<{ id: number }>('/api/v2/project/', { name });
  const dataset = await api.post<DatasetRead>(`/api/v2/project/${id}/dataset/`, { name: 'Plate' });
  const workflow = await api.post<WorkflowRead>(`/api/v2/project/${id}/workflow/import/`, workflowExport);
  return { id, name, dataset, workflow };
}

/**
 * Submits the workflow and shows its progress until the job has ended, well or not.
 * @param watch more lines about a job, always as many
 */
export async function runWorkflow(
  api: ApiClient,
  project: Project,
  output: Output,
  watch: (jobId: number) => Promise<readonly LiveLine[]> = async () => [],
): Promise<JobRead> {
  const submitted = await api.post<JobRead>(
    `/api/v2/project/${project.id}/job/submit/`,
    {},
    { workflow_id: project.workflow.id, dataset_id: project.dataset.id },
  );
  const progress = new Progress(
    project.workflow.task_list.map(({ task }) => task.name),
    output,
  );
  for (;;) {
    // The job first: once it has ended, the runs that are read afterwards are the final ones.
    const job = await api.get<JobRead>(`/api/v2/project/${project.id}/job/${submitted.id}/`);
    const runs = await Promise.all(project.workflow.task_list.map(({ id }) => newestRun(api, project, id)));
    progress.show(runs, await watch(job.id));
    if (job.status !== 'submitted') return job;
    await sleep(POLL_INTERVAL_MS);
  }
}

async function newestRun(api: ApiClient, project: Project, workflowTaskId: number): Promise<RunRead | undefined> {
  const query = { dataset_id: project.dataset.id, workflowtask_id: workflowTaskId };
  return (await api.get<RunRead[]>(`/api/v2/project/${project.id}/status/run/`, query)).at(-1);
}

/** One line per task: units done of all, and the time since its first unit was there. */
class Progress {
  private readonly lines: LiveLines;
  private readonly clocks: { started: number; ended?: number }[] = [];

  constructor(
    private readonly taskNames: readonly string[],
    output: Output,
  ) {
    this.lines = new LiveLines(output);
  }

  show(runs: readonly (RunRead | undefined)[], further: readonly LiveLine[]): void {
    this.lines.show([...this.taskNames.map((name, index) => this.line(name, index, runs[index])), ...further]);
  }

  private line(name: string, index: number, run: RunRead | undefined): LiveLine {
    const label = `  ${index + 1}/${this.taskNames.length} ${name}`.padEnd(58);
    if (run === undefined) return { state: '', text: `${label}waits` };
    const { num_done_units: done, num_failed_units: failed, num_submitted_units: open } = run;
    const clock = (this.clocks[index] ??= { started: Date.now() });
    if (open === 0 && done + failed > 0) clock.ended ??= Date.now();
    const units = `${done}/${done + failed + open} units${failed === 0 ? '' : `, ${failed} failed`}`;
    return { state: units, text: label + units.padEnd(24) + formatDuration((clock.ended ?? Date.now()) - clock.started) };
  }
}
