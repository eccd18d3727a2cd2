import { join } from 'node:path';
import { CommandFailed, type CallOptions, type Commands } from '@fractal-server/hosts';
import type { Outcome } from '../gather/gather.js';
import { listFileDetails } from './file-details.js';
import { readSizedFiles, type SizedFile } from './sized-files.js';
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

/** A file that is there, and who wants it. */
interface WantedFile extends SizedFile {
  readonly request: FetchFilesRequest;
  readonly name: string;
}

/**
 * Fetch the files of many requests that are there: the small ones together, with one `ls` and few `cat`. A file that is written to meanwhile is left
 * out.
 * @returns for each request the names of the files that were fetched
 * @throws HostError
 */
export async function fetchFiles(
  host: Commands,
  requests: readonly FetchFilesRequest[],
  options: CallOptions,
): Promise<Outcome<string[]>[]> {
  const files = await findFiles(host, requests, options);
  const fetched = new Map<FetchFilesRequest, string[]>(requests.map((request) => [request, []]));
  const failed = new Map<FetchFilesRequest, unknown>();
  const put = async ({ request, name }: WantedFile, bring: (localPath: string) => Promise<void>) => {
    try {
      await bring(join(request.localTaskFolder, name));
      fetched.get(request)?.push(name);
    } catch (error) {
      failed.set(request, error);
    }
  };
  for (const group of groupsOfSmallFiles(files)) {
    const [contents = []] = await readSizedFiles(host, [group], options);
    for (const [index, file] of group.entries()) {
      const content = contents[index] ?? null;
      if (content !== null) await put(file, (localPath) => writeWholeFile(localPath, content));
    }
  }
  for (const file of files.filter(({ bytes }) => bytes > SMALL_FILE_BYTES)) {
    await put(file, (stdoutPath) => fetchLargeFile(host, file, stdoutPath, options));
  }
  return requests.map((request) =>
    failed.has(request) ? { ok: false, error: failed.get(request) } : { ok: true, value: fetched.get(request) ?? [] },
  );
}

async function findFiles(host: Commands, requests: readonly FetchFilesRequest[], options: CallOptions): Promise<WantedFile[]> {
  const wanted = requests.flatMap((request) => request.names.map((name) => ({ request, name, path: join(request.folder, name) })));
  const paths = wanted.map(({ path }) => path);
  const bytesOf = new Map((await listFileDetails(host, paths, options)).map(({ path, bytes }) => [path, bytes]));
  return wanted.flatMap((file) => {
    const bytes = bytesOf.get(file.path);
    return bytes === undefined || bytes > MAX_UNIT_FILE_BYTES ? [] : [{ ...file, bytes }];
  });
}

async function fetchLargeFile(host: Commands, { path, bytes }: SizedFile, stdoutPath: string, options: CallOptions): Promise<void> {
  const result = await host.run(['cat', '--', path], { ...options, stdoutPath, maxOutputBytes: bytes });
  if (result.exitCode !== 0) throw new CommandFailed(result);
}

function groupsOfSmallFiles(files: readonly WantedFile[]): WantedFile[][] {
  const groups: WantedFile[][] = [];
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
