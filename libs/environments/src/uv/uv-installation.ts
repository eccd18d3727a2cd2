import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compareVersionTexts, DomainError, parseVersion } from '@fractal-server/domain';
import { HostFileError, runChecked, type CallOptions, type Host } from '@fractal-server/hosts';
import yauzl from 'yauzl';
import type { IndexFile, PythonIndex } from '../python-index/python-index.js';
import { fitsPlatform, type WheelPlatform } from './wheel-platform.js';

/** Milliseconds that fetching the wheel (about 20 MB) may take. */
const DOWNLOAD_TIMEOUT_MS = 180_000;
/** Milliseconds that bringing the program (about 50 MB) to its host may take. */
const SEND_DEADLINE_MS = 600_000;
/** Milliseconds that a look at the host may take. */
const LOOK_DEADLINE_MS = 20_000;
const ABANDONED_AFTER_MS = 3_600_000;

/** Where uv programs are kept. */
export interface UvPlace {
  readonly host: Host;
  /** One folder in it for each version. */
  readonly folder: string;
  /** What the program has to fit. */
  readonly platform: WheelPlatform;
  /** Gives everything up. */
  readonly signal: AbortSignal;
}

/**
 * Path of a `uv` program on a host, fetched from the index by this process when it is not there yet. Neither pip nor a compiler is needed, nor a
 * connection of the host to the index: uv's wheel carries a static binary, which is sent to `<folder>/<version>/uv` once the wheel's sha256 agrees
 * with the index.
 *
 * @param wanted a version; undefined takes the newest one present, else the newest release of the index
 * @throws DomainError `refused` when the index has no such version or no wheel for this platform
 */
export async function ensureUv(place: UvPlace, wanted: string | undefined, index: PythonIndex): Promise<string> {
  const present = wanted ?? (await newestPresent(place));
  if (present !== undefined && (await isPresent(place, present))) return programOf(place, present);
  const wheel = await chooseWheel(index, wanted, place.platform);
  if (!(await isPresent(place, wheel.version))) await install(index, wheel.file, place, wheel.version);
  return programOf(place, wheel.version);
}

function programOf({ folder }: UvPlace, version: string): string {
  return `${folder}/${version}/uv`;
}

async function newestPresent(place: UvPlace): Promise<string | undefined> {
  const usable: string[] = [];
  for (const name of await namesIn(place, place.folder)) if (await isPresent(place, name)) usable.push(name);
  return usable.sort(compareVersionTexts).at(-1);
}

async function isPresent(place: UvPlace, version: string): Promise<boolean> {
  return (await place.host.run(['test', '-x', programOf(place, version)], limits(place))).exitCode === 0;
}

async function namesIn(place: UvPlace, folder: string): Promise<string[]> {
  try {
    return await place.host.list(folder, limits(place));
  } catch (error) {
    if (error instanceof HostFileError && error.errno === 'ENOENT') return [];
    throw error;
  }
}

function limits({ signal }: UvPlace, deadlineMs = LOOK_DEADLINE_MS): CallOptions {
  return { deadlineMs, signal };
}

async function chooseWheel(
  index: PythonIndex,
  wanted: string | undefined,
  platform: WheelPlatform,
): Promise<{ version: string; file: IndexFile }> {
  const project = await index.project('uv');
  const wheels = project.files
    .map((file) => ({ file, version: /^uv-([^-]+)-.*\.whl$/.exec(file.filename)?.[1] }))
    .filter(
      (wheel): wheel is { file: IndexFile; version: string } => wheel.version !== undefined && fitsPlatform(wheel.file.filename, platform),
    )
    .filter(({ version, file }) => (wanted === undefined ? isRelease(version) && !file.yanked : version === wanted))
    .sort((a, b) => compareVersionTexts(a.version, b.version));
  const best = wheels.at(-1);
  if (best === undefined) {
    const what = wanted === undefined ? 'uv' : `uv ${wanted}`;
    throw new DomainError(
      'refused',
      'uv.no_wheel',
      `${project.address} has no wheel of ${what} for ${platform.system}/${platform.architecture}. ` +
        `Set "installer": "pip" in the resource's tasks_python_config, or another "uv_version".`,
    );
  }
  return best;
}

function isRelease(version: string): boolean {
  const parsed = parseVersion(version);
  return parsed !== undefined && parsed.pre === undefined && parsed.dev === undefined;
}

/** Fetch, check, unpack here, send; the program appears under its name only when it is whole. Two at once do no harm: both rename the same bytes. */
async function install(index: PythonIndex, wheel: IndexFile, place: UvPlace, version: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'fractal-uv-'));
  try {
    const archive = join(scratch, 'wheel');
    const unpacked = join(scratch, 'uv');
    await download(index, wheel, archive, AbortSignal.any([place.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]));
    await unpackUv(archive, unpacked);
    await send(unpacked, place, version);
    await place.host.writeFile(`${place.folder}/${version}/sha256.txt`, `${wheel.sha256 ?? ''}  ${wheel.filename}\n`, limits(place));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function send(unpacked: string, place: UvPlace, version: string): Promise<void> {
  const { host } = place;
  const folder = `${place.folder}/${version}`;
  await host.makeFolder(folder, { ...limits(place), parents: true });
  await removeAbandoned(place, folder);
  const part = `${folder}/.${randomUUID()}`;
  await host.writeFile(part, createReadStream(unpacked), limits(place, SEND_DEADLINE_MS));
  await runChecked(host, ['chmod', '755', part], limits(place));
  await host.rename(part, programOf(place, version), limits(place));
}

/** What a worker that was killed here has left; nobody works on it for so long. */
async function removeAbandoned(place: UvPlace, folder: string): Promise<void> {
  for (const name of await namesIn(place, folder)) {
    if (!name.startsWith('.')) continue;
    const seen = await place.host.stat(`${folder}/${name}`, limits(place));
    const isOld = seen !== null && Date.now() - seen.modifiedAt.getTime() > ABANDONED_AFTER_MS;
    if (isOld) await place.host.remove(`${folder}/${name}`, limits(place));
  }
}

async function download(index: PythonIndex, wheel: IndexFile, path: string, signal: AbortSignal): Promise<void> {
  if (wheel.sha256 === undefined) {
    throw new DomainError('refused', 'uv.no_hash', `The package index gives no sha256 for ${wheel.filename}; it is not installed.`);
  }
  const response = await index.fetchFile(wheel, signal);
  if (!response.ok || response.body === null) {
    throw new DomainError('refused', 'uv.download', `Could not fetch ${wheel.url} (status_code ${response.status}).`);
  }
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), hashing, createWriteStream(path), { signal });
  const actual = hash.digest('hex');
  if (actual !== wheel.sha256) {
    throw new DomainError(
      'refused',
      'uv.hash',
      `${wheel.filename} has sha256 ${actual}, but the package index says ${wheel.sha256}; it is not installed.`,
    );
  }
}

/** Writes the member `uv-<version>.data/scripts/uv` of the wheel to `target`. */
async function unpackUv(archive: string, target: string): Promise<void> {
  const zip = await yauzl.openPromise(archive, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!/^uv-[^/]+\.data\/scripts\/uv$/.test(entry.fileName)) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
      return;
    }
  } finally {
    zip.close();
  }
  throw new DomainError('refused', 'uv.wheel_content', `${archive} holds no uv program.`);
}
