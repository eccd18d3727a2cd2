import { applyImageChanges, lockDataset, type Database } from '@fractal-server/database';
import type { ImageContent, ResourceType, TaskType } from '@fractal-server/domain';
import { aPerson, type Person } from '@fractal-server/test-support';
import { copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { acceptJob } from '../src/submission/accept-job.js';

/** Folders of this test file's fixtures. */
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const FAKE_TASK = fileURLToPath(new URL('./fake_task.py', import.meta.url));

/** What a fake task does; see `fake_task.py`. */
export interface FakeTaskPlan {
  readonly non_parallel?: Readonly<Record<string, unknown>>;
  readonly parallel?: Readonly<Record<string, unknown>>;
}

/** A task of a workflow under test; what is not given is the least that the database takes. */
export interface FakeTask {
  readonly type: TaskType;
  readonly plan: FakeTaskPlan;
  readonly name?: string;
  /** Instead of the fake task. */
  readonly command?: string;
  readonly input_types?: Readonly<Record<string, boolean>>;
  readonly output_types?: Readonly<Record<string, boolean>>;
  readonly workflow_task_type_filters?: Readonly<Record<string, boolean>>;
  readonly args_parallel?: unknown;
  readonly args_non_parallel?: unknown;
  readonly meta_parallel?: unknown;
  readonly meta_non_parallel?: unknown;
}

/** A workflow on a dataset, ready to be submitted. */
export interface WorkflowFixture {
  readonly person: Person;
  /** Folder of this fixture. */
  readonly folder: string;
  readonly datasetId: number;
  readonly workflowId: number;
  readonly workflowTaskIds: readonly number[];
  readonly taskCount: number;
  /** What decides where its jobs put their files. */
  readonly site: {
    readonly resourceType: ResourceType;
    readonly jobsLocalDir: string;
    readonly jobsRemoteDir: string | null;
    readonly firstProjectDir: string;
  };
}

/** What a workflow is made of. */
export interface WorkflowParts {
  readonly tasks: readonly FakeTask[];
  readonly zarrDir?: string;
  readonly images?: readonly ImageContent[];
  readonly runnerConfig?: unknown;
  readonly settings?: unknown;
  readonly isResourceClosed?: boolean;
  /** Whose it is. Default: a person of their own, with a resource of their own. */
  readonly person?: Person;
}

/** Stores a person with a local resource (unless one is given), a workflow of fake tasks and a dataset with images. */
export async function aWorkflow(database: Database, parts: WorkflowParts): Promise<WorkflowFixture> {
  const person = parts.person ?? (await aPerson(database));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'engine-')));
  folders.push(folder);
  await copyFile(FAKE_TASK, join(folder, 'fake_task.py'));
  await database.execute(
    `update resource set jobs_local_dir = $2, jobs_runner_config = $3, settings = $4, prevent_new_submissions = $5,
            tasks_python_config = '{"default_version": "3", "versions": {"3": "/usr/bin/python3"}}' where id = $1`,
    [
      person.resourceId,
      join(folder, 'jobs'),
      JSON.stringify(parts.runnerConfig ?? { parallel_tasks_per_job: null }),
      JSON.stringify(parts.settings ?? {}),
      parts.isResourceClosed ?? false,
    ],
  );
  const datasetId = await inserted(database, `insert into dataset (name, project_id, zarr_dir) values ('dataset', $1, $2) returning id`, [
    person.projectId,
    parts.zarrDir ?? '/d/zarr',
  ]);
  await addImages(database, datasetId, parts.images ?? []);
  const workflowId = await inserted(database, 'insert into workflow (name, project_id) values ($2, $1) returning id', [
    person.projectId,
    `wf of dataset ${datasetId}`,
  ]);
  const workflowTaskIds: number[] = [];
  for (const [index, task] of parts.tasks.entries()) {
    workflowTaskIds.push(await addTask(database, { person, folder, workflowId }, task, index));
  }
  const site = {
    ...({ resourceType: 'local', jobsLocalDir: join(folder, 'jobs') } as const),
    ...{ jobsRemoteDir: null, firstProjectDir: join(folder, 'project') },
  };
  return { person, folder, datasetId, workflowId, workflowTaskIds, taskCount: parts.tasks.length, site };
}

/** Appends images to a dataset. */
export async function addImages(database: Database, datasetId: number, images: readonly ImageContent[]): Promise<void> {
  await database.transaction(async (tx) => {
    const dataset = await lockDataset(tx, datasetId);
    if (dataset === null) throw new Error('no dataset');
    await applyImageChanges(tx, dataset, { inserted: images, updated: [], removed: [] });
  });
}

/** How a job is submitted. */
export interface SubmissionParts {
  readonly attributeFilters?: unknown;
  readonly typeFilters?: unknown;
}

/** Submits the whole workflow; returns the job's id. */
export async function submit(database: Database, fixture: WorkflowFixture, parts: SubmissionParts = {}): Promise<number> {
  const { person, datasetId, workflowId, taskCount, site } = fixture;
  const { id } = await database.transaction((tx) =>
    acceptJob(tx, {
      projectId: person.projectId,
      workflowId,
      datasetId,
      userId: person.userId,
      userEmail: person.email,
      slurmAccount: null,
      workerInit: null,
      firstTaskIndex: 0,
      lastTaskIndex: taskCount - 1,
      attributeFilters: (parts.attributeFilters ?? {}) as never,
      typeFilters: (parts.typeFilters ?? {}) as never,
      resourceId: person.resourceId,
      profileId: person.profileId,
      serverVersion: 'test',
      ...site,
    }),
  );
  return id;
}

async function addTask(
  database: Database,
  { person, folder, workflowId }: { person: Person; folder: string; workflowId: number },
  task: FakeTask,
  index: number,
): Promise<number> {
  const planPath = join(folder, `plan-${index}.json`);
  await writeFile(planPath, JSON.stringify(task.plan));
  const command = (part: string): string => task.command ?? `/usr/bin/python3 -I -S ${join(folder, 'fake_task.py')} ${planPath} ${part}`;
  const groupId = await inserted(
    database,
    `insert into task_group (user_id, resource_id, origin, pkg_name, version, active) values ($1, $2, 'other', $3, '1.0', true) returning id`,
    [person.userId, person.resourceId, `package-${index}`],
  );
  const taskId = await inserted(
    database,
    `insert into task (name, type, command_non_parallel, command_parallel, version, input_types, output_types, task_group_id)
     values ($1, $2, $3, $4, '1.0', $5, $6, $7) returning id`,
    [
      task.name ?? `task_${index}`,
      task.type,
      task.type === 'parallel' ? null : command('non_parallel'),
      task.type.includes('non_parallel') ? null : command('parallel'),
      JSON.stringify(task.input_types ?? {}),
      JSON.stringify(task.output_types ?? {}),
      groupId,
    ],
  );
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  return inserted(
    database,
    `insert into workflow_task (workflow_id, "order", meta_parallel, meta_non_parallel, args_parallel, args_non_parallel, type_filters, task_type, task_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      workflowId,
      index,
      json(task.meta_parallel),
      json(task.meta_non_parallel),
      json(task.args_parallel),
      json(task.args_non_parallel),
      JSON.stringify(task.workflow_task_type_filters ?? {}),
      task.type,
      taskId,
    ],
  );
}

async function inserted(database: Database, sql: string, parameters: readonly unknown[]): Promise<number> {
  const [row] = await database.query<{ id: number }>(sql, parameters);
  if (row === undefined) throw new Error('nothing was inserted');
  return row.id;
}

/** An image without anything, below the default folder. */
export function anImage(name: string): ImageContent {
  return { zarrUrl: `/d/zarr/${name}`, origin: null, attributes: new Map(), types: new Map() };
}
