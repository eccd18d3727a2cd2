import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAttemptName, newAttemptToken, prepareAttempt, readProgress, RESULTS_START, spawnRunner } from '@fractal-server/execution';
import { LocalHost } from '@fractal-server/hosts';

/** Units at once, in the runner and in `xargs`. */
const PARALLEL = 4;
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/', LANG: 'C.UTF-8' };
const TASK = '#!/bin/sh\nprintf "{}" > "$4"\n';

interface Round {
  readonly runnerSeconds: number;
  readonly xargsSeconds: number;
  /** CPU time of the runner alone, milliseconds per unit. */
  readonly cpuMsPerUnit: number;
}

/**
 * The unit runner alone against `xargs -P4` with the same command and the same argument files. The runner also writes those files, a log and two
 * lines of results per unit, and starts a Python.
 *
 * Arguments: number of units (1000), rounds (5), Python (python3).
 */
export async function run([units = '1000', rounds = '5', python = defaultPython()]: string[]): Promise<void> {
  const seen: Round[] = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    seen.push(await measure(Number(units), python));
  }
  const [runner, xargs] = [median(seen.map((one) => one.runnerSeconds)), median(seen.map((one) => one.xargsSeconds))];
  const ratio = median(seen.map((one) => one.runnerSeconds / one.xargsSeconds));
  const cpu = median(seen.map((one) => one.cpuMsPerUnit));
  print(`${units} no-op units, ${PARALLEL} at once, medians of ${rounds}:`);
  print(`  unit runner ${runner.toFixed(3)} s, xargs -P${PARALLEL} ${xargs.toFixed(3)} s, ratio ${ratio.toFixed(2)}`);
  print(`  CPU of the runner itself: ${cpu.toFixed(3)} ms per unit`);
}

async function measure(units: number, python: string): Promise<Round> {
  const base = await mkdtemp(join(baseFolder(), 'bench-unit-runner-'));
  try {
    const command = join(base, 'task.sh');
    await writeFile(command, TASK, { mode: 0o755 });
    const runner = await measureRunner(base, command, units, python);
    const xargsSeconds = await measureXargs(base, command, units);
    return { ...runner, xargsSeconds };
  } finally {
    await rm(base, { recursive: true });
  }
}

async function measureRunner(base: string, command: string, units: number, python: string): Promise<Omit<Round, 'xargsSeconds'>> {
  const [folder, attempt, token] = [join(base, 'runner'), join(base, 'attempt'), newAttemptToken()];
  await mkdir(folder);
  const list = stems(units).map((stem, index) => ({ index, stem, args: `{"zarr_url": "/data/${index}"}` }));
  const spec = {
    name: newAttemptName('bench'),
    token,
    place: 'bench',
    environment: ENVIRONMENT,
    workingFolder: base,
    batch: { kind: 'tasks', command: [command], folder, units: list },
  } as const;
  await prepareAttempt(new LocalHost(ENVIRONMENT), attempt, spec, PARALLEL, { deadlineMs: 10_000 });
  const [begin, cpuBegin] = [performance.now(), childCpuSeconds()];
  const { exited } = await spawnRunner({ folder: attempt, token, python, environment: ENVIRONMENT });
  const { exitCode } = await exited;
  const runnerSeconds = (performance.now() - begin) / 1_000;
  const { results } = await readProgress(attempt, RESULTS_START);
  if (exitCode !== 0 || results.length !== units || results.some((result) => result.exitCode !== 0)) {
    throw new Error(`the runner ended with ${exitCode} after ${results.length} units`);
  }
  const unitCpuSeconds = results.reduce((sum, result) => sum + result.cpuSeconds, 0);
  return { runnerSeconds, cpuMsPerUnit: ((childCpuSeconds() - cpuBegin - unitCpuSeconds) / units) * 1_000 };
}

async function measureXargs(base: string, command: string, units: number): Promise<number> {
  const out = join(base, 'xargs');
  await mkdir(out);
  const words = stems(units).flatMap((stem) => [
    '--args-json',
    join(base, 'runner', `${stem}-args.json`),
    '--out-json',
    join(out, `${stem}-metadiff.json`),
  ]);
  await writeFile(join(base, 'words'), words.join('\n'));
  const begin = performance.now();
  const child = spawn('xargs', ['-a', join(base, 'words'), `-P${PARALLEL}`, '-n4', command], { env: ENVIRONMENT, stdio: 'ignore' });
  await once(child, 'exit');
  return (performance.now() - begin) / 1_000;
}

function stems(units: number): string[] {
  return Array.from({ length: units }, (_, index) => `par-000000-${String(index).padStart(7, '0')}`);
}

/** CPU time of all processes that this one has waited for, with what they waited for. Linux counts in hundredths of a second. */
function childCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Memory, where there is any: making a file costs 8 µs there and up to 0.5 ms on the disk of a virtual machine, and the runner makes two more a unit. */
function baseFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/** Not a shim of a version manager, which would take longer to start than a hundred units take to run. */
function defaultPython(): string {
  return existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
