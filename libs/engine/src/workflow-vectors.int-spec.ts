import { parseJson, type Json, type JsonObject } from '@fractal-server/domain';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWorker, waitForJob, type TestWorker } from '../test/test-worker.js';
import { exceptionOf, type VectorOutcome } from '../test/vector-exceptions.js';
import { addPreviousHistory, toFixtureParts, type Vector } from '../test/vector-fixture.js';
import { aWorkflow, submit, type WorkflowFixture } from '../test/workflow-fixture.js';

const path = new URL('../../../test/vectors/workflow-vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: Vector[] };

let test: TestDatabase;
let worker: TestWorker;

beforeAll(async () => {
  test = await createTestDatabase();
  worker = await startTestWorker(test.options);
});
afterAll(async () => {
  await worker.stop();
  await test.close();
});

/** Every vector as a whole: real PostgreSQL, real processes. What the reference stored, and what we do. */
describe('the workflow vectors of the contract', () => {
  it.concurrent.each(vectors.map((vector) => [vector.id, vector.description, vector] as const))(
    '%s: %s',
    async (_id, _description, vector) => {
      const fixture = await aWorkflow(test.database, toFixtureParts(vector));
      const previousUnits = await addPreviousHistory(test.database, fixture, vector);
      const jobId = await submit(test.database, fixture, {
        attributeFilters: parseJson(JSON.stringify(vector.input.job_attribute_filters ?? {})),
        typeFilters: parseJson(JSON.stringify(vector.input.job_type_filters ?? {})),
      });
      const job = await waitForJob(test.database, jobId);
      const outcome = await outcomeOf(fixture, jobId, job, previousUnits);
      const expected = exceptionOf(vector.id)?.(toOutcome(vector)) ?? toOutcome(vector);
      expect(outcome).toEqual(expected);
      await rm(fixture.folder, { recursive: true, force: true });
    },
  );
});

function toOutcome({ expected }: Vector): VectorOutcome {
  // Where the reference's order is undefined (status mode, oddity 16.12), ours is that of the list before.
  const { image_order_undefined: isOrderUndefined, ...rest } = expected;
  const images = expected.images.map((image) => ({ ...image, origin: image['origin'] ?? null }));
  return {
    ...rest,
    images: isOrderUndefined === true ? images.sort(byUrl) : images,
    image_cache: [...expected.image_cache].sort(byCacheKey),
    files: [...expected.files].sort(),
    error: expected.error === null ? null : expected.error.raised_as,
  };
}

async function outcomeOf(
  fixture: WorkflowFixture,
  jobId: number,
  job: { status: string; log: string | null; working_dir: string },
  previousUnits: ReadonlyMap<number, number>,
): Promise<VectorOutcome> {
  const { database } = test;
  const positionOf = (workflowTaskId: number): number => fixture.workflowTaskIds.indexOf(workflowTaskId);
  const runs = await database.query<{ id: number; workflow_task_id: number; status: string; num_available_images: number }>(
    'select id, workflow_task_id, status, num_available_images from run where job_id = $1 order by id',
    [jobId],
  );
  const units = await database.query<{
    id: number;
    run_id: number;
    status: string;
    zarr_urls: string[];
    logfile: string;
    has_warnings: boolean;
  }>('select u.* from unit u join run r on r.id = u.run_id where r.job_id = $1 order by u.id', [jobId]);
  // The vectors number units from 1, those of an earlier job included; the earlier ones have ids of their own.
  const numbers = new Map([...previousUnits, ...units.map((unit, index) => [unit.id, previousUnits.size + index + 1] as const)]);
  const cache = await database.query<{ workflow_task_id: number; zarr_url: string; unit_id: number }>(
    'select workflow_task_id, zarr_url, unit_id from image_unit where dataset_id = $1',
    [fixture.datasetId],
  );
  const files = await listFiles(job.working_dir);
  const task_arguments: Record<string, unknown> = {};
  for (const file of files.filter((name) => name.endsWith('-args.json'))) {
    task_arguments[file] = JSON.parse(await readFile(join(job.working_dir, file), 'utf8'));
  }
  return {
    images: await imagesOf(fixture.datasetId),
    history_runs: runs.map((run) => ({
      workflow_task: positionOf(run.workflow_task_id),
      status: run.status,
      num_available_images: run.num_available_images,
    })),
    history_units: units.map((unit) => ({
      run: runs.findIndex(({ id }) => id === unit.run_id) + 1,
      status: unit.status,
      zarr_urls: unit.zarr_urls,
      log_file: relative(job.working_dir, unit.logfile),
      has_warnings: unit.has_warnings,
    })),
    image_cache: cache
      .map(({ workflow_task_id, zarr_url, unit_id }) => ({
        workflow_task: positionOf(workflow_task_id),
        zarr_url,
        unit: numbers.get(unit_id) ?? -1,
      }))
      .sort(byCacheKey),
    accounting: await database.query('select num_tasks, num_new_images from accounting_record where user_id = $1 order by id', [
      fixture.person.userId,
    ]),
    task_arguments,
    files,
    error: errorOf(job),
  };
}

function errorOf({ status, log }: { status: string; log: string | null }): string | null {
  if (status === 'done') return null;
  return log?.startsWith('JOB ERROR in Fractal job') === true ? 'job execution error' : 'unknown error';
}

async function imagesOf(datasetId: number): Promise<Record<string, unknown>[]> {
  const rows = await test.database.query<{ zarr_url: string; origin: string | null; attributes: Json; types: Json }>(
    'select zarr_url, origin, attributes, types from image where dataset_id = $1 order by position',
    [datasetId],
  );
  return rows.map(({ zarr_url, origin, attributes, types }) => ({
    zarr_url,
    origin,
    attributes: Object.fromEntries(attributes as JsonObject),
    types: Object.fromEntries(types as JsonObject),
  }));
}

/** Files of the job but for those that every job has. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name !== 'workflow.log' && name !== '.fractal-job')
    .sort();
}

function byUrl(left: Record<string, unknown>, right: Record<string, unknown>): number {
  return String(left['zarr_url']) < String(right['zarr_url']) ? -1 : 1;
}

function byCacheKey(left: { workflow_task: number; zarr_url: string }, right: { workflow_task: number; zarr_url: string }): number {
  return left.workflow_task - right.workflow_task || (left.zarr_url < right.zarr_url ? -1 : 1);
}
