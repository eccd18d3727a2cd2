import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HostError, type CallOptions, type Commands } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';
import type { Outcome } from '../gather/gather.js';
import { chunksOfPaths } from './sized-files.js';
import { BundleRefused, unpackBundle } from './unpack-bundle.js';

/** Which bundle to fetch, and where its files go. */
export interface BundleRequest {
  /** The attempt's folder on the host. */
  readonly folder: string;
  /** `bundleBytes` of a look. */
  readonly bytes: number;
  /** A folder of the server that takes the archive for a moment, and that is removed with the attempt. */
  readonly scratchFolder: string;
  /** The task folder on the server's disk. */
  readonly localTaskFolder: string;
  /** Names of the files that the batch's units may have; see `bundledNames`. */
  readonly names: ReadonlySet<string>;
}

/** A bundle could not be read whole. What was fetched is removed; trying again may help, since a network file system shows files late. */
export class BundleIncomplete extends HostError {
  readonly code = 'bundle_incomplete';

  constructor(readonly path: string) {
    super(`Could not read the whole of '${path}'`);
  }
}

/** Bundles larger than this travel alone. */
const BYTES_PER_CALL = 128 * 1024 * 1024;

/** No runner packs more than 4 GiB of files; headers and padding come on top. */
const MAX_BUNDLE_BYTES = 5 * 1024 * 1024 * 1024;

/** Names of the files that the runner packs for units of a task with these stems. */
export function bundledNames(stems: Iterable<string>): Set<string> {
  const names = new Set<string>();
  for (const stem of stems) names.add(`${stem}-args.json`).add(`${stem}-log.txt`).add(`${stem}-metadiff.json`);
  return names;
}

/** Fetch the bundles of many attempts with one `cat`, and unpack them. Where it does not add up, each is fetched by itself. */
export async function fetchBundles(host: Commands, requests: readonly BundleRequest[], options: CallOptions): Promise<Outcome<void>[]> {
  const outcomes = new Map<BundleRequest, Outcome<void>>();
  for (const request of requests.filter(isTooLarge)) outcomes.set(request, { ok: false, error: new BundleRefused('it is too large') });
  for (const group of groupsOfBundles(requests.filter((request) => !isTooLarge(request)))) {
    for (const [request, outcome] of await fetchTogether(host, group, options)) outcomes.set(request, outcome);
  }
  return requests.map((request) => outcomes.get(request) ?? { ok: false, error: new BundleIncomplete(pathOf(request)) });
}

async function fetchTogether(
  host: Commands,
  requests: readonly BundleRequest[],
  options: CallOptions,
): Promise<(readonly [BundleRequest, Outcome<void>])[]> {
  const [first] = requests;
  if (first === undefined) return [];
  const archivePath = join(first.scratchFolder, `bundles.${randomBytes(6).toString('hex')}`);
  try {
    const bytes = requests.reduce((sum, request) => sum + request.bytes, 0);
    const argv = ['cat', '--', ...requests.map(pathOf)];
    const { exitCode } = await host.run(argv, { ...options, stdoutPath: archivePath, maxOutputBytes: bytes + 1 });
    if (exitCode === 0 && (await stat(archivePath)).size === bytes) return await unpackAll(archivePath, requests);
  } catch (error) {
    if (requests.length === 1) return [[first, { ok: false, error }]];
    throw error;
  } finally {
    await rm(archivePath, { force: true });
  }
  if (requests.length === 1) return [[first, { ok: false, error: new BundleIncomplete(pathOf(first)) }]];
  const alone = [];
  for (const request of requests) alone.push(...(await fetchTogether(host, [request], options)));
  return alone;
}

async function unpackAll(archivePath: string, requests: readonly BundleRequest[]): Promise<(readonly [BundleRequest, Outcome<void>])[]> {
  const outcomes: (readonly [BundleRequest, Outcome<void>])[] = [];
  let offset = 0;
  for (const request of requests) {
    const { bytes, localTaskFolder, names } = request;
    try {
      await unpackBundle({ archivePath, offset, bytes, localTaskFolder, names });
      outcomes.push([request, { ok: true, value: undefined }]);
    } catch (error) {
      outcomes.push([request, { ok: false, error }]);
    }
    offset += bytes;
  }
  return outcomes;
}

function groupsOfBundles(requests: readonly BundleRequest[]): BundleRequest[][] {
  const groups: BundleRequest[][] = [];
  for (const chunk of chunksOfPaths(requests.map((request) => ({ path: pathOf(request), request })))) {
    let room = 0;
    for (const [index, { request }] of chunk.entries()) {
      if (index === 0 || request.bytes > room) {
        groups.push([]);
        room = BYTES_PER_CALL;
      }
      room -= request.bytes;
      groups.at(-1)?.push(request);
    }
  }
  return groups;
}

function isTooLarge({ bytes }: BundleRequest): boolean {
  return bytes > MAX_BUNDLE_BYTES;
}

function pathOf({ folder, bytes }: BundleRequest): string {
  return `${attemptFiles(folder).bundle}.${bytes}`;
}
