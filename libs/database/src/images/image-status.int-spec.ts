import type { ImageStatus } from '@fractal-server/domain';
import { aPerson, aSubmittedJob, createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageStreams, renderImage, renderUrl, type ImageStream } from './image-stream.js';
import { applyImageChanges } from './image-writer.js';
import { listDifferingTypes } from './differing-types.js';
import { forgetImageUnits } from './image-units.queries.js';
import { lockDataset } from './lock-dataset.js';
import { queryImagePage } from './query-image-page.js';
import { queryImageStatuses, type ImageWithStatus } from './image-status-page.js';

let test: TestDatabase;
let datasetId: number;
let workflowTaskId: number;

/** Images of every status; `c`, `d` and the last ones have no unit. */
const STATUSES: Readonly<Record<string, ImageStatus>> = {
  '/z/b': 'done',
  '/z/a': 'failed',
  '/z/c': 'unset',
  '/z/e': 'submitted',
  '/z/d': 'unset',
};

beforeAll(async () => {
  test = await createTestDatabase();
  const person = await aPerson(test.database);
  const insert = async (sql: string, parameters: unknown[]) =>
    (await test.database.query<{ id: number }>(`${sql} returning id`, parameters))[0]!.id;
  datasetId = await insert(`insert into dataset (name, project_id, zarr_dir) values ('d', $1, '/z')`, [person.projectId]);
  const groupId = await insert(
    `insert into task_group (user_id, resource_id, origin, pkg_name, version, active) values ($1, $2, 'other', 'p', '1', true)`,
    [person.userId, person.resourceId],
  );
  const taskId = await insert(`insert into task (name, type, version, task_group_id) values ('t', 'parallel', '1', $1)`, [groupId]);
  const workflowId = await insert(`insert into workflow (name, project_id) values ('w', $1)`, [person.projectId]);
  workflowTaskId = await insert(`insert into workflow_task (workflow_id, "order", task_type, task_id) values ($1, 0, 'parallel', $2)`, [
    workflowId,
    taskId,
  ]);
  const jobId = await aSubmittedJob(test.database, person, workflowId, datasetId);
  const runId = await insert(
    `insert into run (dataset_id, workflow_task_id, job_id, task_id, workflow_task_dump, task_group_dump, status, num_available_images, state, position)
     values ($1, $2, $3, $4, '{}', '{}', 'submitted', 0, 'executing', 0)`,
    [datasetId, workflowTaskId, jobId, taskId],
  );
  await test.database.transaction(async (transaction) => {
    const inserted = Object.keys(STATUSES).map((zarrUrl, index) => ({
      zarrUrl,
      origin: index === 0 ? null : '/z/b',
      attributes: new Map([['index', index]]),
      types: new Map([['even', index % 2 === 0]]),
    }));
    await applyImageChanges(transaction, (await lockDataset(transaction, datasetId))!, { inserted, updated: [], removed: [] });
  });
  for (const [zarrUrl, status] of Object.entries(STATUSES)) {
    if (status === 'unset') continue;
    const unitId = await insert(`insert into unit (run_id, logfile, status, has_warnings) values ($1, '/l', $2, $3)`, [
      runId,
      status,
      status === 'failed',
    ]);
    await test.database.execute('insert into image_unit (dataset_id, workflow_task_id, zarr_url, unit_id) values ($1, $2, $3, $4)', [
      datasetId,
      workflowTaskId,
      zarrUrl,
      unitId,
    ]);
  }
});
afterAll(() => test.close());

const allOf = { offset: 0, limit: null };
const statusesOf = async (...question: Parameters<typeof queryImageStatuses>) => {
  const { totalCount, batches } = await queryImageStatuses(...question);
  const images: ImageWithStatus[] = [];
  for await (const batch of batches()) images.push(...batch);
  return { totalCount, images };
};

describe('the status of images for a workflow task', () => {
  it('is that of the latest unit, sorted by URL', async () => {
    const { images, totalCount } = await statusesOf(test.database, datasetId, workflowTaskId, {}, allOf);
    expect(totalCount).toBe(5);
    expect(images.map(({ zarrUrl, status, hasWarnings }) => [zarrUrl, status, hasWarnings])).toEqual([
      ['/z/a', 'failed', true],
      ['/z/b', 'done', false],
      ['/z/c', 'unset', false],
      ['/z/d', 'unset', false],
      ['/z/e', 'submitted', false],
    ]);
  });

  it('can be asked for page by page, under other conditions', async () => {
    const even = { types: new Map([['even', true]]) };
    const page = await statusesOf(test.database, datasetId, workflowTaskId, even, { offset: 1, limit: 1 });
    expect(page).toMatchObject({ totalCount: 3, images: [{ zarrUrl: '/z/c' }] });
    const past = await statusesOf(test.database, datasetId, workflowTaskId, even, { offset: 9, limit: 1 });
    expect(past).toMatchObject({ totalCount: 3, images: [] });
  });

  it.each<[ImageStatus[], string[]]>([
    [['done'], ['/z/b']],
    [
      ['failed', 'unset'],
      ['/z/a', '/z/c', '/z/d'],
    ],
    [[], []],
  ])('%j is a condition like any other', async (among, expected) => {
    const filter = { status: { workflowTaskId, among } };
    const page = await queryImagePage(test.database, datasetId, filter, { skip: 0, size: 10 });
    expect(page!.images.map(({ zarrUrl }) => zarrUrl)).toEqual(expected);
    expect(page!.totalCount).toBe(expected.length);
  });

  it('is unset for all images of a task that does not exist', async () => {
    const filter = { status: { workflowTaskId: 987654, among: ['unset'] as const } };
    expect(await queryImagePage(test.database, datasetId, filter, { skip: 0, size: 1 })).toMatchObject({ totalCount: 5 });
  });

  it('is forgotten with the image', async () => {
    await test.database.transaction(async (transaction) => {
      await forgetImageUnits(transaction, datasetId, '/z/b');
      const { images } = await statusesOf(transaction, datasetId, workflowTaskId, { zarrUrl: '/z/b' }, allOf);
      expect(images).toMatchObject([{ status: 'unset' }]);
      await transaction.execute(
        `insert into image_unit (dataset_id, workflow_task_id, zarr_url, unit_id)
        select $1, $2, '/z/b', min(id) from unit`,
        [datasetId, workflowTaskId],
      );
    });
  });
});

describe('types that differ', () => {
  it('are those that only some of the images that pass have', async () => {
    expect(await listDifferingTypes(test.database, datasetId, {})).toEqual(['even']);
    expect(await listDifferingTypes(test.database, datasetId, { types: new Map([['even', true]]) })).toEqual([]);
    expect(await listDifferingTypes(test.database, datasetId, { status: { workflowTaskId, among: ['failed', 'done'] } })).toEqual(['even']);
    expect(await listDifferingTypes(test.database, datasetId, { zarrUrl: '/nowhere' })).toEqual([]);
  });
});

describe('a stream of images', () => {
  const streams = (): ImageStreams => new ImageStreams(test.database);
  const textsOf = async (stream: ImageStream, part?: { skip: number; size: number }): Promise<string[]> => {
    const texts: string[] = [];
    for await (const batch of stream.batches(part)) texts.push(...batch);
    return texts;
  };

  it('holds their JSON as it is stored, or a part of it', async () => {
    const stream = (await streams().start(datasetId, {}, renderImage))!;
    expect(stream.totalCount).toBe(5);
    const texts = await textsOf(stream, { skip: 1, size: 1 });
    expect(texts).toEqual(['{"zarr_url":"/z/a","origin":"/z/b","attributes":{"index":1},"types":{"even":false}}']);
  });

  it('sees the list as it was when the stream was opened', async () => {
    const stream = (await streams().start(datasetId, {}, renderUrl))!;
    await test.database.transaction(async (transaction) => {
      const inserted = [{ zarrUrl: '/z/late', origin: null, attributes: new Map(), types: new Map() }];
      await applyImageChanges(transaction, (await lockDataset(transaction, datasetId))!, { inserted, updated: [], removed: [] });
    });
    expect(await textsOf(stream)).not.toContain('"/z/late"');
  });

  it('of a dataset that does not exist is null', async () => {
    expect(await streams().start(987654, {}, renderUrl)).toBeNull();
  });

  it('waits while too many are open', async () => {
    const all = streams();
    const open = await Promise.all([1, 2, 3].map(() => all.start(datasetId, {}, renderUrl)));
    let isFourthOpen = false;
    const fourth = all.start(datasetId, {}, renderUrl).then((stream) => {
      isFourthOpen = true;
      return stream;
    });
    await test.database.query('select pg_sleep(0.1)');
    expect(isFourthOpen).toBe(false);
    await open[0]!.close();
    await (await fourth)!.close();
    await Promise.all(open.map((stream) => stream!.close()));
  });
});
