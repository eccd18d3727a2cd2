import { basename, join } from 'node:path';
import { CommandFailed, type CallOptions, type Commands } from '@fractal-server/hosts';
import { listFileDetails, type FileDetails } from './file-details.js';
import { chunksOfPaths, readSizedFiles } from './sized-files.js';
import { writeWholeFile } from './whole-file.js';

/** Which files to fetch one by one. */
export interface FetchFilesRequest {
  /** The task folder on the host. */
  readonly folder: string;
  /** Plain names of files in it. */
  readonly names: readonly string[];
  /** The task folder on the server's disk. */
  readonly localTaskFolder: string;
}

/** A larger file stays where it is. Tasks write logs and metadiffs; nobody reads a log of such a size through the server. */
export const MAX_UNIT_FILE_BYTES = 256 * 1024 * 1024;
/** Files up to this size travel together. */
const SMALL_FILE_BYTES = 1024 * 1024;
const BYTES_PER_CALL = 16 * 1024 * 1024;

/**
 * Fetch files that are there, where there is no bundle: the small ones together, with one `ls` and few `cat`. A file that is written to meanwhile is
 * left out.
 * @returns the names of the files that were fetched
 * @throws HostError
 */
export async function fetchFiles(host: Commands, request: FetchFilesRequest, options: CallOptions): Promise<string[]> {
  const found: FileDetails[] = [];
  for (const chunk of chunksOfPaths(request.names.map((name) => ({ path: join(request.folder, name) })))) {
    const paths = chunk.map(({ path }) => path);
    const byName = new Map(paths.map((path) => [basename(path), path]));
    for (const details of await listFileDetails(host, paths, options)) {
      // `ls` may show a letter of the folder's path as a question mark.
      const path = byName.get(basename(details.path));
      if (path !== undefined && details.bytes <= MAX_UNIT_FILE_BYTES) found.push({ ...details, path });
    }
  }
  const fetched: string[] = [];
  for (const group of groupsOfSmallFiles(found)) {
    const [contents = []] = await readSizedFiles(host, [group], options);
    for (const [index, { path }] of group.entries()) {
      const content = contents[index] ?? null;
      if (content === null) continue;
      await writeWholeFile(join(request.localTaskFolder, basename(path)), content);
      fetched.push(basename(path));
    }
  }
  for (const { path, bytes } of found.filter((file) => file.bytes > SMALL_FILE_BYTES)) {
    const stdoutPath = join(request.localTaskFolder, basename(path));
    const result = await host.run(['cat', '--', path], { ...options, stdoutPath, maxOutputBytes: bytes });
    if (result.exitCode !== 0) throw new CommandFailed(result);
    fetched.push(basename(path));
  }
  return fetched;
}

function groupsOfSmallFiles(files: readonly FileDetails[]): FileDetails[][] {
  const groups: FileDetails[][] = [];
  let room = 0;
  for (const file of files.filter(({ bytes }) => bytes <= SMALL_FILE_BYTES)) {
    if (groups.length === 0 || file.bytes > room) {
      groups.push([]);
      room = BYTES_PER_CALL;
    }
    room -= file.bytes;
    groups.at(-1)?.push(file);
  }
  return groups;
}
