import type { CallOptions, Commands } from '@fractal-server/hosts';

/** A file whose size is known before it is read, from its name or from a listing. */
export interface SizedFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Bytes of paths on one command line. A login shell gets the whole line as one argument, of which Linux allows 128 KiB; quoting needs some of it.
 */
const MAX_PATHS_BYTES = 96 * 1024;

/**
 * Read the files of many groups with one `cat` whose output is cut apart by the sizes. Where that does not add up (a file was removed, or a
 * network file system shows less than its name says), each group is read by itself, and then each file.
 *
 * @returns by group and file; null for a file that could not be read whole: to be tried again later
 * @throws HostError when the host cannot run `cat`
 */
export async function readSizedFiles(
  host: Commands,
  groups: readonly (readonly SizedFile[])[],
  options: CallOptions,
): Promise<(Buffer | null)[][]> {
  const all = groups.flat();
  const contents = await readTogether(host, all, options);
  if (contents !== null) {
    let next = 0;
    return groups.map((group) => group.map(() => contents[next++] ?? null));
  }
  if (all.length === 1) return groups.map((group) => group.map(() => null));
  const parts = groups.length === 1 ? all.map((file) => [file]) : groups;
  const read: (Buffer | null)[][] = [];
  for (const part of parts) read.push(...(await readSizedFiles(host, [part], options)));
  return groups.length === 1 ? [read.flat()] : read;
}

/** The contents in order, or null when any of them is not as large as it should be. */
async function readTogether(host: Commands, files: readonly SizedFile[], options: CallOptions): Promise<Buffer[] | null> {
  const contents: Buffer[] = [];
  for (const chunk of chunksOfPaths(files)) {
    const bytes = chunk.reduce((sum, file) => sum + file.bytes, 0);
    const argv = ['cat', '--', ...chunk.map(({ path }) => path)];
    const { exitCode, stdout, stdoutTruncated } = await host.run(argv, { ...options, maxOutputBytes: bytes + 1 });
    if (exitCode !== 0 || stdoutTruncated || stdout.length !== bytes) return null;
    let at = 0;
    for (const file of chunk) contents.push(stdout.subarray(at, (at += file.bytes)));
  }
  return contents;
}

/** Cut a list into pieces whose paths fit on a command line. */
export function chunksOfPaths<Item extends { readonly path: string }>(items: readonly Item[]): Item[][] {
  const chunks: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item.path) + 3;
    if (chunks.length === 0 || size > room) {
      chunks.push([]);
      room = MAX_PATHS_BYTES;
    }
    room -= size;
    chunks.at(-1)?.push(item);
  }
  return chunks;
}
