import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, chmod, constants, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compareVersionTexts, DomainError, parseVersion } from '@fractal-server/domain';
import yauzl from 'yauzl';
import type { IndexFile, PythonIndex } from '../python-index/python-index.js';
import { fitsPlatform, type WheelPlatform } from './wheel-platform.js';

/** Milliseconds that fetching the wheel (about 20 MB) may take. */
const DOWNLOAD_TIMEOUT_MS = 180_000;
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Path of a `uv` program below `folder`, fetched from the index when it is not there yet. Neither pip nor a compiler is needed: uv's wheel
 * carries a static binary, which is unpacked to `<folder>/<version>/uv` once its sha256 agrees with the index.
 *
 * @param folder where uv programs are kept, one folder for each version
 * @param version wanted version; undefined takes the newest one present, else the newest release of the index
 * @throws DomainError `refused` when the index has no such version or no wheel for this platform
 */
export async function ensureUv(
  folder: string,
  version: string | undefined,
  index: PythonIndex,
  platform: WheelPlatform,
  signal: AbortSignal,
): Promise<string> {
  const present = version ?? (await newestPresent(folder));
  if (present !== undefined) {
    const program = join(folder, present, 'uv');
    if (await isExecutable(program)) return program;
  }
  const wheel = await chooseWheel(index, version, platform);
  const program = join(folder, wheel.version, 'uv');
  if (!(await isExecutable(program))) await install(index, wheel.file, program, signal);
  return program;
}

async function newestPresent(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const usable: string[] = [];
  for (const name of names) if (await isExecutable(join(folder, name, 'uv'))) usable.push(name);
  return usable.sort(compareVersionTexts).at(-1);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
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

/** Fetch, check, unpack; the program appears under its name only when it is whole. Two at once do no harm: both rename the same bytes. */
async function install(index: PythonIndex, wheel: IndexFile, program: string, signal: AbortSignal): Promise<void> {
  const folder = dirname(program);
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const scratch = join(folder, `.${randomUUID()}`);
  const archive = `${scratch}.whl`;
  const unpacked = `${scratch}.uv`;
  try {
    await download(index, wheel, archive, AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]));
    await unpackUv(archive, unpacked);
    await chmod(unpacked, 0o755);
    await rename(unpacked, program);
    await writeFile(join(folder, 'sha256.txt'), `${wheel.sha256 ?? ''}  ${wheel.filename}\n`);
  } finally {
    await rm(archive, { force: true });
    await rm(unpacked, { force: true });
  }
}

/** What a worker that was killed here has left; nobody works on it for so long. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('.')) continue;
    const path = join(folder, name);
    const seen = await stat(path).catch(() => undefined);
    if (seen !== undefined && Date.now() - seen.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
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
