import { LocalHost } from '@fractal-server/hosts';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countFiles, zipFolder } from './zip-folder.js';

const host = new LocalHost({ PATH: process.env['PATH'] ?? '' });
const calls = { deadlineMs: 60_000 };
let scene: string;
let folder: string;
let target: string;
beforeEach(async () => {
  scene = await mkdtemp(join(tmpdir(), 'zip folder ü-'));
  folder = join(scene, 'job');
  target = join(scene, 'job.zip');
  await mkdir(join(folder, '0_task'), { recursive: true });
  await writeFile(join(folder, '.token'), 'secret');
  await writeFile(join(folder, 'workflow.log'), 'done\n'.repeat(1_000));
  await writeFile(join(folder, '0_task', 'ä b.json'), '{}');
});
afterEach(() => rm(scene, { recursive: true, force: true }));

/** Name and content of every entry, as another program reads the archive. */
async function unzip(): Promise<Record<string, string>> {
  const program =
    'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nprint(json.dumps({n:z.read(n).decode() for n in z.namelist()}))';
  const { stdout } = await host.run(['python3', '-c', program, target], calls);
  return JSON.parse(stdout.toString()) as Record<string, string>;
}

it('holds every regular file by its path, but what is left out', async () => {
  await symlink('/etc/passwd', join(folder, 'a-link'));
  await symlink('/etc', join(folder, 'a-linked-folder'));
  const count = await zipFolder(host, { folder, target, leftOut: ['.token'] }, calls);
  expect(await unzip()).toEqual({ 'workflow.log': 'done\n'.repeat(1_000), '0_task/ä b.json': '{}' });
  expect(count).toBe(2);
  expect(await countFiles(folder, ['.token'])).toBe(2);
  expect((await stat(target)).size).toBeLessThan(1_000);
});

it('takes names that are no UTF-8, and times before those of zip', async () => {
  const { exitCode } = await host.run(
    ['python3', '-c', `import os,sys\np=os.fsencode(sys.argv[1])+b"/\\xff"\nopen(p,"w").close()\nos.utime(p,(0,0))`, folder],
    calls,
  );
  expect(exitCode).toBe(0);
  expect(await zipFolder(host, { folder, target, leftOut: ['.token'] }, calls)).toBe(3);
  expect(Object.keys(await unzip())).toContain('\ufffd');
});

it('never writes over an archive that another process may still be writing', async () => {
  await writeFile(target, 'of somebody else');
  await expect(zipFolder(host, { folder, target, leftOut: [] }, calls)).rejects.toThrow(/FileExistsError/);
  expect((await stat(target)).size).toBe('of somebody else'.length);
});
