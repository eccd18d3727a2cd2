import type { Database } from '@fractal-server/database';
import type { JsonInput } from '@fractal-server/domain';
import { aPerson, type Person } from '@fractal-server/test-support';
import { expect } from 'vitest';
import type { ApiAnswer, TestApi } from './test-api.js';

/** A workflow and a dataset of one person, ready for a job. */
export interface JobFixture {
  readonly person: Person;
  /** `/api/v2/project/<id>` */
  readonly project: string;
  readonly datasetId: number;
  readonly workflowId: number;
  readonly workflowTaskIds: readonly number[];
  readonly taskIds: readonly number[];
}

/** Makes both over HTTP, the workflow with these tasks (one parallel task unless given). */
export async function aJobFixture(
  api: TestApi,
  database: Database,
  tasks: readonly Readonly<Record<string, JsonInput | undefined>>[] = [{}],
): Promise<JobFixture> {
  const person = await aPerson(database);
  const project = `/api/v2/project/${person.projectId}`;
  const post = async (url: string, json: JsonInput): Promise<{ id: number } & { id: number }[]> => {
    const answer = await api.request('POST', url, { as: person.userId, json });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body as { id: number } & { id: number }[];
  };
  const dataset = await post(`${project}/dataset/`, { name: 'dataset', project_dir: '/data', zarr_subfolder: 'zarr' });
  const workflow = await post(`${project}/workflow/`, { name: 'workflow' });
  const taskIds: number[] = [];
  for (const [index, task] of tasks.entries()) {
    const json = { name: `task-${index}`, version: '1', command_parallel: 'run', ...task };
    taskIds.push((await post('/api/v2/task/?private=true', json)).id);
  }
  const workflowTasks = await post(
    `${project}/workflow/${workflow.id}/wftask/`,
    taskIds.map((task_id) => ({ task_id })),
  );
  const workflowTaskIds = workflowTasks.map(({ id }) => id);
  return { person, project, datasetId: dataset.id, workflowId: workflow.id, workflowTaskIds, taskIds };
}

/** Asks for a job on the fixture, by default as its owner. */
export async function submit(api: TestApi, fixture: JobFixture, json: JsonInput = {}, as = fixture.person.userId): Promise<ApiAnswer> {
  const { project, workflowId, datasetId } = fixture;
  return api.request('POST', `${project}/job/submit/?workflow_id=${workflowId}&dataset_id=${datasetId}`, { as, json });
}

/** Submits a job; returns its id. */
export async function aJob(api: TestApi, fixture: JobFixture, json: JsonInput = {}): Promise<number> {
  const answer = await submit(api, fixture, json);
  expect(answer).toMatchObject({ status: 202 });
  return (answer.body as { id: number }).id;
}

/** Ends a job as its worker would. */
export async function endJob(database: Database, jobId: number, { status = 'done', log = 'the log' } = {}): Promise<void> {
  await database.execute(
    `update job set status = $2, log = $3, end_timestamp = clock_timestamp(), outcome = $2, state = 'closed' where id = $1`,
    [jobId, status, log],
  );
}

/** A unit of a run that is to be stored. */
export interface UnitParts {
  readonly status?: string;
  readonly hasWarnings?: boolean;
  readonly logfile?: string;
  readonly zarrUrls?: readonly string[];
  /** Whether it becomes the latest unit of its images. */
  readonly isLatest?: boolean;
}

/** Stores a run of one of the fixture's workflow tasks with its units. */
export async function aRun(
  database: Database,
  fixture: JobFixture,
  { jobId, task = 0, status = 'done', available = 0 }: { jobId: number; task?: number; status?: string; available?: number },
  units: readonly UnitParts[] = [],
): Promise<{ readonly runId: number; readonly unitIds: readonly number[] }> {
  const inserted = async (sql: string, parameters: readonly unknown[]): Promise<number> =>
    (await database.query<{ id: number }>(sql, parameters))[0]!.id;
  const runId = await inserted(
    `insert into run (dataset_id, workflow_task_id, job_id, task_id, workflow_task_dump, task_group_dump, status, num_available_images, state,
       position) values ($1, $2, $3, $4, '{"id": 1}', '{}', $5, $6, 'done', $7) returning id`,
    [fixture.datasetId, fixture.workflowTaskIds[task], jobId, fixture.taskIds[task], status, available, task],
  );
  const unitIds: number[] = [];
  for (const { status: unitStatus = 'done', hasWarnings = false, logfile = '/nowhere', zarrUrls = [], isLatest = true } of units) {
    const unitId = await inserted(
      'insert into unit (run_id, logfile, status, has_warnings, zarr_urls) values ($1, $2, $3, $4, $5) returning id',
      [runId, logfile, unitStatus, hasWarnings, zarrUrls],
    );
    unitIds.push(unitId);
    if (!isLatest) continue;
    await database.execute(
      `insert into image_unit (dataset_id, workflow_task_id, zarr_url, unit_id) select $1, $2, url, $3 from unnest($4::text[]) as u (url)
       on conflict (dataset_id, workflow_task_id, url_hash) do update set unit_id = excluded.unit_id`,
      [fixture.datasetId, fixture.workflowTaskIds[task], unitId, zarrUrls],
    );
  }
  return { runId, unitIds };
}

/** Adds a member with this permission to the fixture's project; returns the user. */
export async function aMember(database: Database, { person }: JobFixture, permissions: 'r' | 'rw' | 'rwx'): Promise<Person> {
  const member = await aPerson(database, { resourceId: person.resourceId });
  await database.execute('insert into project_member values ($1, $2, false, true, $3)', [person.projectId, member.userId, permissions]);
  return member;
}

/** A configuration of a SLURM resource that is complete. */
const SLURM_CONFIG = {
  default_slurm_config: { partition: 'main', cpus_per_task: 1, mem: 100 },
  batching_config: {
    target_num_jobs: 2,
    max_num_jobs: 4,
    target_cpus_per_job: 1,
    max_cpus_per_job: 1,
    target_mem_per_job: 200,
    max_mem_per_job: 500,
  },
};

/** Makes the resource and the profile of a person ones of a SLURM cluster. */
export async function moveToCluster(
  database: Database,
  { person }: Pick<JobFixture, 'person'>,
  type: 'slurm_sudo' | 'slurm_ssh',
): Promise<void> {
  const isSsh = type === 'slurm_ssh';
  await database.execute(
    `update resource set type = $2, host = $3, jobs_slurm_python_worker = '/usr/bin/python3', jobs_runner_config = $4 where id = $1`,
    [person.resourceId, type, isSsh ? 'login.example.org' : null, JSON.stringify(SLURM_CONFIG)],
  );
  await database.execute(
    `update profile set resource_type = $2, username = 'jane', ssh_key_path = $3, jobs_remote_dir = $4, tasks_remote_dir = $5 where id = $1`,
    [person.profileId, type, ...(isSsh ? ['/no/such/key', '/home/jane/jobs', '/home/jane/tasks'] : [null, null, null])],
  );
}
