import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { formatDuration } from '../terminal/duration.js';
import type { Output } from '../terminal/live-lines.js';
import type { ApiClient } from './api-client.js';
import { checkImages, checkWell, type ByWell, type Check, type ExpectedNumbers, type WellNumbers } from './check-result.js';
import { choosePython } from './choose-python.js';
import { collectPackages, environmentPython, type TaskPackage } from './collect-packages.js';
import { DemoError } from './demo-error.js';
import type { DemoSite } from './demo-site.js';
import { drawPicture, type WellPlanes } from './picture.js';
import { reasonOf } from './reason-of.js';
import { prepareProject, runWorkflow, type Project } from './run-workflow.js';
import type { ImageRead, JobRead } from './wire.js';

/** What the demo works with, beside its site. */
export interface DemoOptions {
  /** Folder of `workflow.json`, `expected.json` and `measure.py`. */
  readonly inputFolder: string;
  /** Folder for what is measured. */
  readonly outputFolder: string;
  /** File of the picture. */
  readonly picture: string;
  readonly output: Output;
}

/** What the demo has shown. */
export interface DemoResult {
  readonly passed: boolean;
  readonly job: JobRead;
  readonly zarrDir: string;
}

const TASK_PACKAGES: readonly TaskPackage[] = [
  { name: 'fractal-uzh-converters', version: '0.7.1' },
  { name: 'fractal-tasks-core', version: '2.1.0' },
];
/** The package whose environment can read what the workflow has written. */
const READER: TaskPackage = TASK_PACKAGES[1] as TaskPackage;
const MEASURE_DEADLINE_MS = 120_000;
const LOG_TAIL_CHARACTERS = 3_000;

const run = promisify(execFile);

/**
 * Does what the server is for, as a client would: installs two published task packages, runs their tasks on real microscopy images, and
 * compares what they wrote with what they should have written.
 * @throws DemoError when a step does not work
 */
export async function runDemo(site: DemoSite, options: DemoOptions): Promise<DemoResult> {
  const { api, pythonVersions, realInput, watch } = site;
  const { output, inputFolder } = options;
  const started = Date.now();
  const say = (line: string) => output.write(`${line}\n`);
  const pythonVersion = choosePython(pythonVersions);

  say(`\nTask packages, installed from the Python package index for Python ${pythonVersion}`);
  await collectPackages(site, TASK_PACKAGES, pythonVersion, output);

  const workflow: unknown = JSON.parse(readFileSync(join(inputFolder, 'workflow.json'), 'utf8').replaceAll('{INPUT}', jsonText(realInput)));
  const project = await prepareProject(
    api,
    `Demo ${new Date().toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')}`,
    workflow,
  );
  say(`\nWorkflow on ${join(realInput, 'raw')}`);
  const job = await runWorkflow(api, project, output, watch);
  if (job.status !== 'done') throw jobFailed(job);

  const planesFolder = join(options.outputFolder, 'planes');
  const numbers = await measure(await environmentPython(api, READER), inputFolder, project.dataset.zarr_dir, planesFolder);
  const checks = [...compare(numbers, inputFolder), await compareImages(api, project)];
  say('\nResult');
  for (const check of checks) say(describeCheck(check));
  savePicture(numbers, planesFolder, options.picture);
  const failures = checks.filter(({ passed }) => !passed).length;
  say(`\n${checks.length - failures} of ${checks.length} checks passed; the demo took ${formatDuration(Date.now() - started)}`);
  return { passed: failures === 0, job, zarrDir: project.dataset.zarr_dir };
}

/** A text as it stands between the quotes of a JSON string. */
function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function jobFailed({ id, log, working_dir: folder }: JobRead): DemoError {
  const tail = (log ?? '').trim().slice(-LOG_TAIL_CHARACTERS);
  return new DemoError('run the workflow', `job ${id} has failed:\n${tail}\n`, `All of its logs are in ${folder ?? 'its folder'}.`);
}

async function measure(python: string, inputFolder: string, zarrDir: string, out: string): Promise<ByWell<WellNumbers>> {
  try {
    const { stdout } = await run(python, ['-I', join(inputFolder, 'measure.py'), zarrDir, out], { timeout: MEASURE_DEADLINE_MS });
    return JSON.parse(stdout) as ByWell<WellNumbers>;
  } catch (cause) {
    throw new DemoError('read the result', reasonOf(cause), `Look at what the workflow has written to ${zarrDir}.`, {
      cause,
    });
  }
}

function compare(numbers: ByWell<WellNumbers>, inputFolder: string): Check[] {
  const expected = JSON.parse(readFileSync(join(inputFolder, 'expected.json'), 'utf8')) as ByWell<ExpectedNumbers>;
  return Object.entries(expected).flatMap(([well, wanted]) => {
    const found = numbers[well];
    const missing: Check = { what: `${well} output`, found: 'nothing', expected: 'an image', passed: false };
    return found === undefined ? [missing] : checkWell(well, found, wanted);
  });
}

async function compareImages(api: ApiClient, { id, dataset }: Project): Promise<Check> {
  const page = await api.post<{ items: ImageRead[] }>(`/api/v2/project/${id}/dataset/${dataset.id}/images/query/`, {});
  return checkImages(page.items, dataset.zarr_dir);
}

function describeCheck({ what, found, expected, passed }: Check): string {
  const line = `  ${passed ? '✓' : '✗'} ${what.padEnd(44)} ${found}`;
  return passed && found === expected ? line : `${line}   (expected ${expected})`;
}

function savePicture(numbers: ByWell<WellNumbers>, planesFolder: string, path: string): void {
  const [height = 0, width = 0] = (Object.values(numbers)[0]?.shape ?? []).slice(-2);
  const planes = Object.keys(numbers).map((well) => readPlanes(planesFolder, well));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, drawPicture(planes, width, height));
}

function readPlanes(folder: string, well: string): WellPlanes {
  const bytes = (plane: string) => new Uint8Array(readFileSync(join(folder, `${well}-${plane}`))).buffer;
  return { raw: new Uint16Array(bytes('raw')), mip: new Uint16Array(bytes('mip')), labels: new Uint32Array(bytes('labels')) };
}
