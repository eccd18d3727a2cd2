import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { ClusterAttempt, CountingHost } from '../test-attempt/cluster-attempt.js';
import { UNIT_ENVIRONMENT, taskUnit } from '../test-attempt/attempt-under-test.js';
import { AttemptReader } from './attempt-reader.js';
import { BundleIncomplete, bundledNames, type BundleRequest } from './fetch-bundles.js';
import { BundleRefused } from './unpack-bundle.js';

const calls = { deadlineMs: 20_000 };

async function endedAttempt(units: number, script = 'echo "log of $2"; printf "{}" > "$4"') {
  const cluster = await ClusterAttempt.create();
  await cluster.prepare(script, units);
  const { bundleBytes } = await cluster.run();
  return { cluster, request: requestOf(cluster, bundleBytes ?? 0, units) };
}

function requestOf(cluster: ClusterAttempt, bytes: number, units: number): BundleRequest {
  const names = bundledNames(Array.from({ length: units }, (_, index) => taskUnit(index).stem));
  return { folder: cluster.folder, bytes, scratchFolder: cluster.specFolder, localTaskFolder: cluster.localTaskFolder, names };
}

describe('fetching the bundle of an attempt', () => {
  it('puts the files of all units in place, and leaves nothing else', async () => {
    const { cluster, request } = await endedAttempt(30);
    await cluster.reader.fetchBundle(request, calls);
    expect(await readdir(cluster.localTaskFolder)).toEqual(await cluster.attempt.taskFiles());
    const log = 'par-000000-0000007-log.txt';
    expect(await readFile(join(cluster.localTaskFolder, log), 'utf8')).toBe(await cluster.attempt.read(`0_task/${log}`));
    expect((await readdir(cluster.specFolder)).sort()).toEqual(['slots', 'spec']);
  });

  it('may be repeated', async () => {
    const { cluster, request } = await endedAttempt(2);
    await cluster.reader.fetchBundle(request, calls);
    await rm(join(cluster.localTaskFolder, 'par-000000-0000001-log.txt'));
    await cluster.reader.fetchBundle(request, calls);
    expect((await readdir(cluster.localTaskFolder)).length).toBe(6);
  });

  it('takes large logs', async () => {
    const { cluster, request } = await endedAttempt(1, 'head -c 9000000 /dev/zero; echo the end');
    await cluster.reader.fetchBundle(request, calls);
    const log = await readFile(join(cluster.localTaskFolder, 'par-000000-0000000-log.txt'));
    expect([log.length, log.toString('utf8', 9_000_000)]).toEqual([9_000_008, 'the end\n']);
  });

  it('takes one call for the bundles of many attempts', async () => {
    const attempts = await Promise.all([3, 5, 1].map((units) => endedAttempt(units)));
    const host = new CountingHost(UNIT_ENVIRONMENT);
    const reader = new AttemptReader(host);
    await Promise.all(attempts.map(({ request }) => reader.fetchBundle(request, calls)));
    expect(host.commands.map(([program]) => program)).toEqual(['cat']);
    for (const { cluster } of attempts) expect(await readdir(cluster.localTaskFolder)).toEqual(await cluster.attempt.taskFiles());
  });

  it('of which only the beginning is visible fails until the rest is there, and lets the others through', async () => {
    const [good, late] = [await endedAttempt(2), await endedAttempt(2)];
    await truncate(join(late.cluster.folder, `bundle.${late.request.bytes}`), 700);
    const [first, second] = await Promise.allSettled([
      good.cluster.reader.fetchBundle(good.request, calls),
      good.cluster.reader.fetchBundle(late.request, calls),
    ]);
    expect([first.status, second]).toMatchObject(['fulfilled', { reason: expect.any(BundleIncomplete) }]);
    expect(await readdir(late.cluster.localTaskFolder)).toEqual([]);
  });

  it.each([
    ['a path', entry('../escaped', 'x')],
    ['an absolute path', entry('/tmp/escaped-from-bundle', 'x')],
    ['a file that no unit has', entry('par-000000-0000009-log.txt', 'x')],
    ['a link', entry('par-000000-0000000-log.txt', '', { type: 'SymbolicLink', linkpath: '/etc/passwd' })],
    ['a hard link', entry('par-000000-0000000-log.txt', '', { type: 'Link', linkpath: '/etc/passwd' })],
    ['a folder', entry('par-000000-0000000-log.txt', '', { type: 'Directory' })],
    ['a device', entry('par-000000-0000000-log.txt', '', { type: 'CharacterDevice' })],
    ['a name twice', Buffer.concat([entry('par-000000-0000000-log.txt', 'x'), entry('par-000000-0000000-log.txt', 'y')])],
    ['a size that is larger than the bundle', entry('par-000000-0000000-log.txt', 'x', { size: 100_000_000 })],
    ['an end in the middle of a file', entry('par-000000-0000000-log.txt', 'x', { size: 1_700 })],
    ['no tar at all', Buffer.from('hello '.repeat(300))],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5])],
  ])('refuses one with %s', async (_what, content) => {
    const cluster = await ClusterAttempt.create();
    const bundle = Buffer.concat([content, Buffer.alloc(1024)]);
    await writeFile(join(cluster.folder, `bundle.${bundle.length}`), bundle);
    await expect(cluster.reader.fetchBundle(requestOf(cluster, bundle.length, 3), calls)).rejects.toThrow(BundleRefused);
    const left = await readdir(cluster.localTaskFolder);
    expect(left.filter((name) => name !== 'par-000000-0000000-log.txt')).toEqual([]);
    expect(await readdir(cluster.attempt.base)).not.toContain('escaped');
    expect(await readdir(cluster.specFolder)).toEqual([]);
  });
});

it('does not even fetch a bundle of a size that no runner packs', async () => {
  const cluster = await ClusterAttempt.create();
  await expect(cluster.reader.fetchBundle(requestOf(cluster, 10 ** 13, 3), calls)).rejects.toThrow(BundleRefused);
  expect(cluster.host.commands).toEqual([]);
});

describe('fetching single files', () => {
  it('takes those that are there, in two calls', async () => {
    const { cluster } = await endedAttempt(3);
    const names = [...bundledNames(['par-000000-0000000', 'par-000000-0000002', 'par-000000-0000009'])];
    cluster.host.commands.length = 0;
    const request = { folder: cluster.attempt.taskFolder, names, localTaskFolder: cluster.localTaskFolder };
    expect((await cluster.reader.fetchFiles(request, calls)).sort()).toEqual(names.slice(0, 6).sort());
    expect((await readdir(cluster.localTaskFolder)).length).toBe(6);
    expect(cluster.host.commands.map(([program]) => program)).toEqual(['ls', 'cat']);
  });

  it('takes those of many attempts in two calls, and tells equal names in different folders apart', async () => {
    const attempts = await Promise.all(['a', 'b', 'c'].map((text) => endedAttempt(1, `echo ${text}`)));
    await rm(join(attempts[0]?.cluster.attempt.taskFolder ?? '', 'par-000000-0000000-log.txt'));
    const host = new CountingHost(UNIT_ENVIRONMENT);
    const reader = new AttemptReader(host);
    const names = ['par-000000-0000000-log.txt'];
    const fetched = await Promise.all(
      attempts.map(({ cluster: { attempt, localTaskFolder } }) =>
        reader.fetchFiles({ folder: attempt.taskFolder, names, localTaskFolder }, calls),
      ),
    );
    expect(fetched).toEqual([[], names, names]);
    expect(await readFile(join(attempts[1]?.cluster.localTaskFolder ?? '', names[0] ?? ''), 'utf8')).toBe('b\n');
    expect(host.commands.map(([program]) => program)).toEqual(['ls', 'cat']);
  });

  it('works where the host has no locale and folders differ only in letters that it cannot show', async () => {
    const { cluster } = await endedAttempt(1);
    const host = new CountingHost({ PATH: '/usr/bin:/bin', LC_ALL: 'C' });
    const reader = new AttemptReader(host);
    const [first, second] = [join(cluster.attempt.base, 'ü'), join(cluster.attempt.base, 'ö')];
    for (const folder of [first, second]) await mkdir(folder);
    await writeFile(join(second, 'log'), 'of ö');
    const request = { names: ['log'], localTaskFolder: cluster.localTaskFolder };
    const fetched = await Promise.all([first, second].map((folder) => reader.fetchFiles({ ...request, folder }, calls)));
    expect(fetched).toEqual([[], ['log']]);
    expect(await readFile(join(cluster.localTaskFolder, 'log'), 'utf8')).toBe('of ö');
  });

  it('takes large ones, and none that is a link', async () => {
    const { cluster } = await endedAttempt(1, 'head -c 3000000 /dev/zero');
    await symlink('/etc/passwd', join(cluster.attempt.taskFolder, 'link'));
    await mkdir(join(cluster.attempt.taskFolder, 'folder'));
    const names = ['par-000000-0000000-log.txt', 'link', 'folder'];
    const request = { folder: cluster.attempt.taskFolder, names, localTaskFolder: cluster.localTaskFolder };
    expect(await cluster.reader.fetchFiles(request, calls)).toEqual(['par-000000-0000000-log.txt']);
    expect((await readFile(join(cluster.localTaskFolder, 'par-000000-0000000-log.txt'))).length).toBe(3_000_000);
  });
});

/** One entry of a tar, padded to whole blocks. */
function entry(
  path: string,
  content: string,
  header: { type?: 'SymbolicLink' | 'Link' | 'Directory' | 'CharacterDevice'; linkpath?: string; size?: number } = {},
): Buffer {
  const head = new Header({ path, type: 'File', size: content.length, mode: 0o600, mtime: new Date(0), uid: 0, gid: 0, ...header });
  const block = Buffer.alloc(512);
  head.encode(block, 0);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([block, body]);
}
