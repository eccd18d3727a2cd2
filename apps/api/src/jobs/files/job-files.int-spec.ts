import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import yauzl from 'yauzl';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aJob, aJobFixture } from '../../../test/job-fixture.js';
import { TestApi } from '../../../test/test-api.js';
import { openJobArchive } from './open-job-archive.js';
import { streamFolderAsZip } from './stream-folder-as-zip.js';

let base: string;
let folder: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'job-files-'));
  folder = join(base, 'job');
  await mkdir(join(folder, '0_task'), { recursive: true });
  await writeFile(join(folder, 'workflow.log'), 'log');
  await writeFile(join(folder, '0_task', 'non_par--log.txt'), 'unit');
  await writeFile(join(folder, '.fractal-job'), 'token');
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Members of an archive with their content, as another implementation reads them. */
async function membersOf(archive: Buffer): Promise<Record<string, string>> {
  const zip = await yauzl.fromBufferPromise(archive, { lazyEntries: true });
  const members: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) {
    members[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString();
  }
  return members;
}
const nothingLeftOut = (): boolean => false;
const openFilesBelow = async (path: string): Promise<string[]> => {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')));
  return targets.filter((target) => target.startsWith(path));
};

describe('the archive of a job', () => {
  it('is made of the folder while there is none, without what is not the job’s', async () => {
    const { stream, bytes } = await openJobArchive(folder);
    expect(bytes).toBeUndefined();
    expect(await membersOf(await buffer(stream))).toEqual({ 'workflow.log': 'log', '0_task/non_par--log.txt': 'unit' });
  });

  it('is the file beside the folder once that is there, whether the folder is gone or not', async () => {
    await writeFile(`${folder}.zip`, 'archive');
    for (const prepare of [async () => {}, () => rm(folder, { recursive: true })]) {
      await prepare();
      const { stream, bytes } = await openJobArchive(folder);
      expect({ bytes, content: (await buffer(stream)).toString() }).toEqual({ bytes: 7, content: 'archive' });
    }
  });

  it('is empty and valid when nothing is there', async () => {
    const { stream } = await openJobArchive(join(base, 'nowhere'));
    expect(await membersOf(await buffer(stream))).toEqual({});
  });

  it('holds neither what links point to nor pipes', async () => {
    await symlink('/etc/passwd', join(folder, 'link'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(Object.keys(await membersOf(await buffer(streamFolderAsZip(folder, nothingLeftOut))))).toEqual([
      '.fractal-job',
      '0_task/non_par--log.txt',
      'workflow.log',
    ]);
  });

  it('holds a large file with one file open at a time, and lets it go when its reader does', async () => {
    await writeFile(join(folder, 'large'), Buffer.alloc(20 * 1024 * 1024, 'ab'));
    await writeFile(join(folder, 'larger'), Buffer.alloc(20 * 1024 * 1024, 'cd'));
    const stream = streamFolderAsZip(folder, nothingLeftOut);
    await waitFor('the first bytes', async () => stream.readableLength > 0, { deadlineMs: 5_000 });
    expect((await openFilesBelow(folder)).length).toBeLessThanOrEqual(1);
    stream.destroy();
    await waitFor('all files to be closed', async () => (await openFilesBelow(folder)).length === 0, { deadlineMs: 5_000 });
  });

  it('leaves out a file that vanishes, and breaks off when the folder does', async () => {
    for (let index = 0; index < 50; index += 1) await writeFile(join(folder, `file-${index}`), 'x'.repeat(10_000));
    const whole = streamFolderAsZip(folder, (path) => {
      if (path === 'file-0') void rm(join(folder, 'file-9'));
      return false;
    });
    expect(Object.keys(await membersOf(await buffer(whole)))).not.toContain('file-9');
    let isMoved = false;
    const broken = streamFolderAsZip(folder, (path) => {
      if (path === 'file-0' && !isMoved) void rename(folder, `${folder}.trash`).then(() => (isMoved = true));
      return false;
    });
    await expect(buffer(broken)).rejects.toMatchObject({ code: 'ENOENT' });
    await nextTurn();
    expect(await openFilesBelow(base)).toEqual([]);
  });
});

describe('the download route', () => {
  let test: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    test = await createTestDatabase();
    api = await TestApi.start(test.database, { defaultGroupName: null });
  });
  afterAll(async () => {
    await api?.close();
    await test?.close();
  });

  it('names the file after the folder, and says how long it is when it knows', async () => {
    const fixture = await aJobFixture(api, test.database);
    const jobId = await aJob(api, fixture);
    await test.database.execute('update job set working_dir = $2 where id = $1', [jobId, folder]);
    const download = () => api.request('GET', `${fixture.project}/job/${jobId}/download/`, { as: fixture.person.userId });
    const headers = { 'content-type': 'application/x-zip-compressed', 'content-disposition': 'attachment;filename=job_archive.zip' };
    const made = await download();
    expect(made).toMatchObject({ status: 200, headers });
    expect(made.headers['content-length']).toBeUndefined();
    await writeFile(`${folder}.zip`, 'archive');
    expect(await download()).toMatchObject({ status: 200, headers: { ...headers, 'content-length': '7' }, text: 'archive' });
  });
});
