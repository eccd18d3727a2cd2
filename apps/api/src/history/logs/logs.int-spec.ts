import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aJob, aJobFixture, aRun, type JobFixture } from '../../../test/job-fixture.js';
import { TestApi } from '../../../test/test-api.js';
import { streamFolderAsZip } from '../../jobs/files/stream-folder-as-zip.js';
import { HEAD_BYTES, TAIL_BYTES } from './log-excerpt.js';

let test: TestDatabase;
let api: TestApi;
let folder: string;
let logfile: string;
let fixture: JobFixture;
let readLog: () => Promise<unknown>;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await TestApi.start(test.database, { defaultGroupName: null });
});
afterAll(async () => {
  await api?.close();
  await test?.close();
});

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'unit-log-')), 'job');
  await mkdir(join(folder, '0_task'), { recursive: true });
  logfile = join(folder, '0_task', 'non_par--log.txt');
  fixture = await aJobFixture(api, test.database);
  const jobId = await aJob(api, fixture);
  await test.database.execute('update job set working_dir = $2 where id = $1', [jobId, folder]);
  const { runId, unitIds } = await aRun(test.database, fixture, { jobId }, [{ logfile, zarrUrls: ['/data/zarr/a'] }]);
  const subject = `workflowtask_id=${fixture.workflowTaskIds[0]}&dataset_id=${fixture.datasetId}`;
  const url = `${fixture.project}/status/unit-log/?history_run_id=${runId}&history_unit_id=${unitIds[0]}&${subject}`;
  readLog = async () => {
    const { status, body } = await api.request('GET', url, { as: fixture.person.userId });
    expect(status).toBe(200);
    return body;
  };
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const archive = async (): Promise<void> => {
  await pipeline(
    streamFolderAsZip(folder, () => false),
    createWriteStream(`${folder}.zip`),
  );
  await rm(folder, { recursive: true });
};

describe('the log of a unit', () => {
  it('is read from the folder, and from the archive when the folder is gone', async () => {
    await writeFile(logfile, 'hello\nwörld\n');
    expect(await readLog()).toBe('hello\nwörld\n');
    await archive();
    expect(await readLog()).toBe('hello\nwörld\n');
  });

  it('is found by the image that the unit worked on', async () => {
    await writeFile(logfile, 'hello');
    const json = { workflowtask_id: fixture.workflowTaskIds[0]!, dataset_id: fixture.datasetId, zarr_url: '/data/zarr/a' };
    const answer = await api.request('POST', `${fixture.project}/status/image-log/`, { as: fixture.person.userId, json });
    expect(answer).toMatchObject({ status: 200, body: 'hello' });
  });

  it('is a text that says so when there is none', async () => {
    const none = `Logs for task 'task-0' in dataset ${fixture.datasetId} are not available.`;
    expect(await readLog()).toBe(none);
    await rm(folder, { recursive: true });
    expect(await readLog()).toBe(none);
  });

  it('is a text that says so when the archive does not hold it, or is none', async () => {
    const error = `Error while retrieving logs for task 'task-0' in dataset ${fixture.datasetId}.`;
    await archive();
    expect(await readLog()).toBe(error);
    await writeFile(`${folder}.zip`, 'this is no archive');
    expect(await readLog()).toBe(error);
  });

  it('is shown with its beginning and its end when it is long, from either source', async () => {
    const lines = (letter: string, count: number): Buffer => Buffer.alloc(count, letter);
    const left = 30 * 1024 * 1024;
    await writeFile(logfile, Buffer.concat([lines('a', HEAD_BYTES), lines('b', left), lines('c', TAIL_BYTES)]));
    const expected = `${'a'.repeat(HEAD_BYTES)}\n[... ${left} bytes left out; the whole log is in the download of the job ...]\n${'c'.repeat(TAIL_BYTES)}`;
    // `toBe` would print megabytes.
    expect((await readLog()) === expected).toBe(true);
    await archive();
    expect((await readLog()) === expected).toBe(true);
  });

  it('is readable when parts of it are not text', async () => {
    await writeFile(logfile, Buffer.from([0x6f, 0x6b, 0xff, 0x00, 0x21]));
    expect(await readLog()).toBe('ok\ufffd\ufffd!');
  });

  it('is never something else that a task put in its place', async () => {
    const none = `Logs for task 'task-0' in dataset ${fixture.datasetId} are not available.`;
    await symlink('/etc/passwd', logfile);
    expect(await readLog()).toBe(none);
    await rm(logfile);
    execFileSync('mkfifo', [logfile]);
    expect(await readLog()).toBe(none);
    await rm(logfile);
    await mkdir(logfile);
    expect(await readLog()).toBe(none);
  });
});
