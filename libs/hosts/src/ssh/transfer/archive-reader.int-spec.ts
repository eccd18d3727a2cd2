import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Header } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArchiveReader } from './archive-reader.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-reader-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const END = Buffer.alloc(1024);

function entry(
  path: string,
  content: string,
  extra: { type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory'; linkpath?: string; size?: number } = {},
): Buffer {
  const header = new Header({ path, size: content.length, mode: 0o644, type: 'File', ...extra });
  header.encode();
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header.block ?? Buffer.alloc(0), Buffer.from(content), padding]);
}

async function read(...parts: Buffer[]): Promise<{ reader: ArchiveReader; place: string }> {
  const place = await mkdtemp(join(folder, 'r-'));
  const wanted = new Map(['a', 'b'].map((name) => [`./x/${name}`, { localPath: join(place, name), hostPath: `/x/${name}` }]));
  const reader = new ArchiveReader(wanted);
  await pipeline(Readable.from([Buffer.concat([entry('./', '', { type: 'Directory' }), ...parts])]), reader);
  return { reader, place };
}

describe('ArchiveReader', () => {
  it('takes the files that were asked for, each to its place', async () => {
    const { reader, place } = await read(entry('./x/b', 'the b'), entry('./x/a', ''), END);
    expect([...reader.received].map(({ hostPath }) => hostPath).sort()).toEqual(['/x/a', '/x/b']);
    expect(await readFile(join(place, 'b'), 'utf8')).toBe('the b');
    expect(await readdir(place)).toEqual(['a', 'b']);
  });

  it.each([
    ['a file outside of what was asked for', entry('../../etc/passwd', 'x')],
    ['an absolute path', entry('/etc/passwd', 'x')],
    ['a symbolic link', entry('./x/a', '', { type: 'SymbolicLink', linkpath: '/etc/passwd' })],
    ['a hard link', entry('./x/a', '', { type: 'Link', linkpath: './x/b' })],
    ['a folder in the place of a file', entry('./x/a', '', { type: 'Directory' })],
    ['a file twice', Buffer.concat([entry('./x/a', '1'), entry('./x/a', '2')])],
    ['a file that is larger than any log', entry('./x/a', '', { size: 9 * 1024 ** 3 })],
    ['a truncated file', entry('./x/a', 'short', { size: 4096 })],
    ['no archive', Buffer.alloc(512, 'x')],
  ])('refuses %s', async (_what, bytes) => {
    await expect(read(bytes, END)).rejects.toMatchObject({ code: 'host_file_error' });
  });

  it('leaves no part behind when it is interrupted', async () => {
    const place = await mkdtemp(join(folder, 'r-'));
    const reader = new ArchiveReader(new Map([['./x/a', { localPath: join(place, 'a'), hostPath: '/x/a' }]]));
    const source = new Readable({ read: () => undefined });
    const reading = pipeline(source, reader);
    source.push(entry('./x/a', 'short', { size: 4096 }));
    source.destroy(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    await expect.poll(async () => await readdir(place), { timeout: 10_000 }).toEqual([]);
  });
});
