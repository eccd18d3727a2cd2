import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommandFailed, CommandNotStarted, HostCallAborted, HostCallTimedOut, HostFileError } from '../errors.js';
import type { Commands, Files, Transfer } from '../host.js';
import { runChecked } from '../run-checked.js';

/** The host under test, and an empty folder on it for each test. */
export interface HostUnderTest<H> {
  readonly host: H;
  readonly folder: string;
}

const limits = { deadlineMs: 30_000 };

/** File names that a shell, a listing or an option parser could misread. */
export const HOSTILE_NAMES = [
  'a b',
  "it's",
  '"q"',
  '$(id)',
  '`id`',
  'new\nline',
  '-rf',
  '--',
  'ümlaut',
  'back\\slash',
  '*',
  '=id',
  '!!',
  '.x',
  'a\tb: No such file or directory',
];

/** What every host that runs commands promises. */
export function describeCommands(name: string, arrange: () => Promise<HostUnderTest<Commands>>): void {
  describe(`${name} runs commands`, () => {
    it('passes arguments untouched by any shell', async () => {
      const { host } = await arrange();
      const words = ['$(id)', '`id`', "it's", '"', 'a b', 'new\nline', '-n', 'ü*?', ''];
      const { stdout } = await host.run(['printf', '%s|', ...words], limits);
      expect(stdout.toString()).toBe(words.map((word) => `${word}|`).join(''));
    });

    it('resolves with exit code and both outputs when a command fails', async () => {
      const { host } = await arrange();
      const result = await host.run(['sh', '-c', 'echo out; echo err >&2; exit 3'], limits);
      expect(result).toMatchObject({ exitCode: 3, signal: null, stdoutTruncated: false, stderrTruncated: false });
      expect([result.stdout.toString(), result.stderr.toString()]).toEqual(['out\n', 'err\n']);
    });

    it('names the signal that ended a command', async () => {
      const { host } = await arrange();
      await expect(host.run(['sh', '-c', 'kill -KILL $$'], limits)).resolves.toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    });

    it('keeps command, exit code and the end of stderr in the error of a checked run', async () => {
      const { host } = await arrange();
      const failing = runChecked(host, ['sh', '-c', 'echo the reason >&2; exit 4'], limits);
      await expect(failing).rejects.toThrow(CommandFailed);
      await expect(failing).rejects.toThrow(/exit code 4: sh -c .*\nthe reason$/s);
    });

    it('says that a missing program could not be started', async () => {
      const { host } = await arrange();
      await expect(host.run(['/nowhere/program'], limits)).rejects.toThrow(CommandNotStarted);
    });

    it('keeps the beginning of a flooded stdout and the end of a flooded stderr', async () => {
      const { host } = await arrange();
      const script = 'echo first; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; echo last >&2';
      const result = await host.run(['sh', '-c', script], { ...limits, maxOutputBytes: 1000 });
      expect(result).toMatchObject({ exitCode: 0, stdoutTruncated: true, stderrTruncated: true });
      expect([result.stdout.length, result.stderr.length]).toEqual([1000, 1000]);
      expect(result.stdout.toString().startsWith('first\n')).toBe(true);
      expect(result.stderr.toString().endsWith('last\n')).toBe(true);
    });

    it('gives standard input, and an empty one when there is none', async () => {
      const { host } = await arrange();
      expect((await host.run(['cat'], { ...limits, input: 'text ü' })).stdout.toString()).toBe('text ü');
      expect((await host.run(['cat'], limits)).stdout.toString()).toBe('');
    });

    it('gives exactly the environment and the working folder that are named', async () => {
      const { host, folder } = await arrange();
      const env = { PATH: '/usr/bin:/bin', GREETING: 'a b' };
      const { stdout } = await host.run(['sh', '-c', 'echo "$PWD|$GREETING|$HOME"'], { ...limits, cwd: folder, env });
      expect(stdout.toString()).toBe(`${folder}|a b|\n`);
    });

    it('ends a command at its deadline, together with what it started', async () => {
      const { host, folder } = await arrange();
      const script = `sleep 600 & echo $! > '${folder}/child'; trap '' TERM; wait; wait`;
      await expect(host.run(['sh', '-c', script], { deadlineMs: 300 })).rejects.toThrow(HostCallTimedOut);
      const child = (await host.readFile(join(folder, 'child'), limits)).toString().trim();
      expect((await host.run(['kill', '-0', child], limits)).exitCode).not.toBe(0);
    });

    it('ends a command when its signal fires', async () => {
      const { host } = await arrange();
      const abort = new AbortController();
      const running = host.run(['sleep', '600'], { ...limits, signal: abort.signal });
      abort.abort(new Error('the lease was lost'));
      await expect(running).rejects.toThrow(HostCallAborted);
    });

    it('does not start anything for a signal that has fired', async () => {
      const { host, folder } = await arrange();
      const running = host.run(['touch', join(folder, 'started')], { ...limits, signal: AbortSignal.abort() });
      await expect(running).rejects.toThrow(HostCallAborted);
      expect(await host.list(folder, limits)).toEqual([]);
    });

    it('does not wait for a daemon that keeps the output open', async () => {
      const { host } = await arrange();
      const { stdout } = await host.run(['sh', '-c', 'sleep 5 & echo $!'], { deadlineMs: 4_000 });
      await host.run(['kill', stdout.toString().trim()], limits);
    });
  });
}

/** What every host promises that reads files and makes folders. The host's files are on this machine too, at the same path. */
export function describeReading(name: string, arrange: () => Promise<HostUnderTest<Omit<Commands, 'run'>>>): void {
  describe(`${name} reads files and makes folders`, () => {
    it('makes a folder once and says EEXIST the second time', async () => {
      const { host, folder } = await arrange();
      await host.makeFolder(join(folder, 'claim'), limits);
      await expect(host.makeFolder(join(folder, 'claim'), limits)).rejects.toMatchObject({ errno: 'EEXIST' });
      await expect(host.makeFolder(join(folder, 'a', 'b'), limits)).rejects.toMatchObject({ errno: 'ENOENT' });
    });

    it('says EEXIST where a file has the name', async () => {
      const { host, folder } = await arrange();
      await writeFile(join(folder, 'claim'), 'x');
      await expect(host.makeFolder(join(folder, 'claim'), limits)).rejects.toMatchObject({ errno: 'EEXIST' });
    });

    it('makes a folder with its parents as often as wanted', async () => {
      const { host, folder } = await arrange();
      await host.makeFolder(join(folder, 'a', 'b'), { ...limits, parents: true });
      await host.makeFolder(join(folder, 'a', 'b'), { ...limits, parents: true });
      expect(await host.list(join(folder, 'a'), limits)).toEqual(['b']);
    });

    it('makes a folder with exactly the permissions that are wanted, and leaves those of one that is there', async () => {
      const { host, folder } = await arrange();
      const path = join(folder, 'a', 'private');
      await host.makeFolder(path, { ...limits, parents: true, mode: 0o711 });
      await host.makeFolder(path, { ...limits, parents: true, mode: 0o700 });
      expect(((await stat(path)).mode & 0o777).toString(8)).toBe('711');
      await expect(host.makeFolder(path, { ...limits, mode: 0o700 })).rejects.toMatchObject({ errno: 'EEXIST' });
    });

    it('tells a missing file, a folder and a file that is too large apart', async () => {
      const { host, folder } = await arrange();
      await writeFile(join(folder, 'hundred'), Buffer.alloc(100));
      expect((await host.readFile(join(folder, 'hundred'), { ...limits, maxBytes: 100 })).length).toBe(100);
      await expect(host.readFile(join(folder, 'hundred'), { ...limits, maxBytes: 99 })).rejects.toMatchObject({ errno: 'EFBIG' });
      await expect(host.readFile(join(folder, 'none'), limits)).rejects.toMatchObject({ errno: 'ENOENT' });
      await expect(host.readFile(folder, limits)).rejects.toMatchObject({ errno: 'EISDIR' });
    });

    it('lists folders only', async () => {
      const { host, folder } = await arrange();
      await writeFile(join(folder, 'file'), 'x');
      expect(await host.list(folder, limits)).toEqual(['file']);
      await expect(host.list(join(folder, 'file'), limits)).rejects.toMatchObject({ errno: 'ENOTDIR' });
      await expect(host.list(join(folder, 'none'), limits)).rejects.toMatchObject({ errno: 'ENOENT' });
    });

    it('takes any name for what it is', async () => {
      const { host, folder } = await arrange();
      for (const hostile of HOSTILE_NAMES) {
        const path = join(folder, hostile);
        await host.makeFolder(path, limits);
        await writeFile(join(path, hostile), hostile);
        expect((await host.readFile(join(path, hostile), limits)).toString()).toBe(hostile);
        expect(await host.list(path, limits)).toEqual([hostile]);
      }
      expect(await host.list(folder, limits)).toEqual([...HOSTILE_NAMES].sort());
    });
  });
}

/** What every host that runs commands promises about output that goes to the server's disk. */
export function describeOutputToFile(
  name: string,
  arrange: () => Promise<HostUnderTest<Commands> & { readonly localFolder: string }>,
): void {
  describe(`${name} writes output to the server's disk`, () => {
    it('as a whole, of any size, and keeps nothing of it in memory', async () => {
      const { host, localFolder } = await arrange();
      const stdoutPath = join(localFolder, 'output');
      const result = await host.run(['head', '-c', '5000000', '/dev/zero'], { ...limits, stdoutPath });
      expect(result).toMatchObject({ exitCode: 0, stdoutTruncated: false, stdout: Buffer.alloc(0) });
      expect((await stat(stdoutPath)).size).toBe(5_000_000);
      expect(await readdir(localFolder)).toEqual(['output']);
    });

    it('also of a command that fails, with its exit code to judge it by', async () => {
      const { host, localFolder } = await arrange();
      const stdoutPath = join(localFolder, 'output');
      const result = await host.run(['sh', '-c', 'echo some; echo why >&2; exit 1'], { ...limits, stdoutPath });
      expect([result.exitCode, result.stderr.toString(), await readFile(stdoutPath, 'utf8')]).toEqual([1, 'why\n', 'some\n']);
    });

    it('up to a bound where one is given', async () => {
      const { host, localFolder } = await arrange();
      const stdoutPath = join(localFolder, 'output');
      const result = await host.run(['head', '-c', '5000000', '/dev/zero'], { ...limits, stdoutPath, maxOutputBytes: 1000 });
      expect(result).toMatchObject({ exitCode: 0, stdoutTruncated: true });
      expect((await stat(stdoutPath)).size).toBe(1000);
    });

    it('and leaves nothing there when the command is given up', async () => {
      const { host, localFolder } = await arrange();
      const running = host.run(['sh', '-c', 'echo some; sleep 600'], { deadlineMs: 500, stdoutPath: join(localFolder, 'output') });
      await expect(running).rejects.toThrow(HostCallTimedOut);
      expect(await readdir(localFolder)).toEqual([]);
    });

    it('and says when that disk does not take it', async () => {
      const { host, localFolder } = await arrange();
      const running = host.run(['echo', 'some'], { ...limits, stdoutPath: join(localFolder, 'missing', 'output') });
      await expect(running).rejects.toMatchObject({ errno: 'ENOENT' });
    });
  });
}

/** What every host that changes files promises. */
export function describeFiles(name: string, arrange: () => Promise<HostUnderTest<Commands & Files>>): void {
  describe(`${name} changes files`, () => {
    it('writes a file as a whole and leaves no part behind', async () => {
      const { host, folder } = await arrange();
      await host.writeFile(join(folder, 'ü b'), 'old and longer', limits);
      await host.writeFile(join(folder, 'ü b'), 'new', limits);
      expect((await host.readFile(join(folder, 'ü b'), limits)).toString()).toBe('new');
      expect(await host.list(folder, limits)).toEqual(['ü b']);
    });

    it('leaves no part behind when a file cannot be put in its place', async () => {
      const { host, folder } = await arrange();
      await host.makeFolder(join(folder, 'taken'), limits);
      await expect(host.writeFile(join(folder, 'taken'), 'x', limits)).rejects.toThrow(HostFileError);
      expect(await host.list(folder, limits)).toEqual(['taken']);
    });

    it('shows what is at a path, and null where nothing is', async () => {
      const { host, folder } = await arrange();
      await host.writeFile(join(folder, 'file'), 'four', limits);
      expect(await host.stat(join(folder, 'file'), limits)).toMatchObject({ kind: 'file', bytes: 4 });
      expect(await host.stat(folder, limits)).toMatchObject({ kind: 'folder' });
      expect(await host.stat(join(folder, 'none'), limits)).toBeNull();
    });

    it('renames over an existing file', async () => {
      const { host, folder } = await arrange();
      await host.writeFile(join(folder, 'from'), 'new', limits);
      await host.writeFile(join(folder, 'to'), 'old', limits);
      await host.rename(join(folder, 'from'), join(folder, 'to'), limits);
      expect((await host.readFile(join(folder, 'to'), limits)).toString()).toBe('new');
      expect(await host.list(folder, limits)).toEqual(['to']);
    });

    it('removes a file, a whole folder, and nothing', async () => {
      const { host, folder } = await arrange();
      await host.makeFolder(join(folder, 'a', 'b'), { ...limits, parents: true });
      await host.writeFile(join(folder, 'a', 'file'), 'x', limits);
      await host.remove(join(folder, 'a'), limits);
      await host.remove(join(folder, 'a'), limits);
      expect(await host.list(folder, limits)).toEqual([]);
    });
  });
}

/** What every host that transfers files promises. */
export function describeTransfer(
  name: string,
  arrange: () => Promise<HostUnderTest<Commands & Files & Transfer> & { readonly localFolder: string }>,
): void {
  describe(`${name} transfers files`, () => {
    it('brings files there and back, with parents made', async () => {
      const { host, folder, localFolder } = await arrange();
      await host.writeFile(join(folder, 'first'), 'content', limits);
      const there = { localPath: join(localFolder, 'x', 'first'), hostPath: join(folder, 'first') };
      expect(await host.fetch([there], limits)).toEqual([]);
      await host.send([{ localPath: there.localPath, hostPath: join(folder, 'deep', 'er', 'second') }], limits);
      expect((await host.readFile(join(folder, 'deep', 'er', 'second'), limits)).toString()).toBe('content');
    });

    it('overwrites, keeps permissions, and leaves no part behind', async () => {
      const { host, folder, localFolder } = await arrange();
      const item = { localPath: join(localFolder, 'file'), hostPath: join(folder, 'file') };
      await host.writeFile(item.hostPath, 'old and longer', limits);
      await writeFile(item.localPath, 'new', { mode: 0o750 });
      await host.send([item], limits);
      expect((await host.readFile(item.hostPath, limits)).toString()).toBe('new');
      expect((await host.run(['stat', '--format=%a', item.hostPath], limits)).stdout.toString()).toBe('750\n');
      expect(await host.list(folder, limits)).toEqual(['file']);
      expect(await host.fetch([item], limits)).toEqual([]);
      expect(await readdir(localFolder)).toEqual(['file']);
    });

    it('takes any name for what it is, many files at once', async () => {
      const { host, folder, localFolder } = await arrange();
      const items = HOSTILE_NAMES.flatMap((outer) =>
        HOSTILE_NAMES.map((inner) => ({ localPath: join(localFolder, outer, inner), hostPath: join(folder, inner, outer) })),
      );
      for (const { localPath } of items) {
        await mkdir(dirname(localPath), { recursive: true });
        await writeFile(localPath, localPath);
      }
      await host.send(items, limits);
      const back = items.map(({ localPath, hostPath }) => ({ localPath: `${localPath} back`, hostPath }));
      expect(await host.fetch(back, limits)).toEqual([]);
      for (const { localPath } of items) {
        expect(await readFile(`${localPath} back`, 'utf8')).toBe(localPath);
      }
    });

    it('does not send what is not there', async () => {
      const { host, folder, localFolder } = await arrange();
      const missing = { localPath: join(localFolder, 'missing'), hostPath: join(folder, 'missing') };
      await expect(host.send([missing], limits)).rejects.toMatchObject({ errno: 'ENOENT' });
      expect(await host.list(folder, limits)).toEqual([]);
    });

    it('tells which files were not there, and fetches the others', async () => {
      const { host, folder, localFolder } = await arrange();
      await host.writeFile(join(folder, 'here'), 'x', limits);
      const missing = { localPath: join(localFolder, 'missing'), hostPath: join(folder, 'missing') };
      const here = { localPath: join(localFolder, 'here'), hostPath: join(folder, 'here') };
      expect(await host.fetch([missing, here], limits)).toEqual([missing]);
      await host.send([{ localPath: here.localPath, hostPath: join(folder, 'again') }], limits);
      expect(await host.list(folder, limits)).toEqual(['again', 'here']);
    });
  });
}
