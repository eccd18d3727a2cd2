import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { LocalHost, readPlace } from '@fractal-server/hosts';
import { newAttemptName, newAttemptToken } from '../attempt/attempt-name.js';
import type { AttemptSpec, CommandUnit, TaskUnit } from '../attempt/attempt-spec.js';
import { prepareAttempt, writeSlots } from '../attempt/prepare-attempt.js';
import { readClaim } from '../claim/claim.js';
import { endAttempt, type EndedAttempt } from '../end/end-attempt.js';
import { findProcesses } from '../end/end-processes.js';
import { observeAttempt, type AttemptSight } from '../observe/observe-attempt.js';
import { readProgress, RESULTS_START } from '../results/read-progress.js';
import type { UnitResult } from '../results/unit-result.js';
import { spawnRunner, type SpawnedRunner } from '../runner/spawn-runner.js';

/** A Python that starts at once; the one on the path may be a slow shim. */
export const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** What units of a test see. */
export const UNIT_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', USER: 'root', LANG: 'C.UTF-8' };

const PATIENCE_MS = 30_000;

/** An attempt in a folder of its own, with real files and real processes. Whatever is left of it is ended and removed with its test. */
export class AttemptUnderTest {
  readonly token = newAttemptToken();
  readonly host = new LocalHost(UNIT_ENVIRONMENT);
  readonly here = readPlace('test place');
  readonly calls = { deadlineMs: 10_000 };
  readonly folder: string;
  readonly taskFolder: string;

  private constructor(readonly base: string) {
    this.folder = join(base, 'attempt');
    this.taskFolder = join(base, '0_task');
  }

  /** @param below make the attempt's folders below this one; a new folder by default */
  static async create(below?: string): Promise<AttemptUnderTest> {
    const parent = below ?? (await realpath(tmpdir()));
    const attempt = new AttemptUnderTest(await mkdtemp(join(parent, 'attempt-')));
    await mkdir(attempt.taskFolder);
    onTestFinished(() => attempt.remove());
    return attempt;
  }

  /** End and remove it before the end of the test. */
  async remove(): Promise<void> {
    await this.end();
    await rm(this.base, { recursive: true, force: true });
  }

  spec(batch: AttemptSpec['batch'], options: Partial<AttemptSpec> = {}): AttemptSpec {
    return {
      name: newAttemptName('test'),
      token: this.token,
      place: this.here.name,
      environment: UNIT_ENVIRONMENT,
      workingFolder: this.base,
      unitGraceMs: 1_000,
      batch,
      ...options,
    };
  }

  /** A shell script as the task's command; `$2` is its argument file, `$4` its metadiff. */
  async prepareTask(script: string, units: number | TaskUnit[], slots = 4, options: Partial<AttemptSpec> = {}): Promise<void> {
    const path = join(this.base, 'task.sh');
    await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const list = typeof units === 'number' ? Array.from({ length: units }, (_, index) => taskUnit(index)) : units;
    const batch = { kind: 'tasks', command: [path], folder: this.taskFolder, units: list } as const;
    await prepareAttempt(this.host, this.folder, this.spec(batch, options), slots, this.calls);
  }

  /** One command, run as unit 0 with its log in `log.txt`. */
  async prepareCommand(argv: readonly string[], unit: Partial<CommandUnit> = {}): Promise<void> {
    const units = [{ index: 0, argv, logPath: join(this.taskFolder, 'log.txt'), ...unit }];
    await prepareAttempt(this.host, this.folder, this.spec({ kind: 'commands', units }), 1, this.calls);
  }

  async spawn(python = PYTHON, environment: Record<string, string> = UNIT_ENVIRONMENT): Promise<SpawnedRunner> {
    return await spawnRunner({ folder: this.folder, token: this.token, python, environment });
  }

  async setSlots(slots: number): Promise<void> {
    await writeSlots(this.host, this.folder, slots, this.calls);
  }

  async observe(): Promise<AttemptSight> {
    return await observeAttempt(this.host, this.folder, this.here, this.calls);
  }

  /** Start the runner and wait until it has ended; all results by unit. */
  async run(python = PYTHON): Promise<Map<number, UnitResult>> {
    const runner = await this.spawn(python);
    const exit = await runner.exited;
    if (exit.exitCode !== 0) {
      throw new Error(`runner ended with ${JSON.stringify(exit)}: ${await this.runnerLog()}`);
    }
    return await this.results();
  }

  async results(): Promise<Map<number, UnitResult>> {
    const { results } = await readProgress(this.folder, RESULTS_START);
    return new Map(results.map((result) => [result.unit, result]));
  }

  async started(): Promise<number[]> {
    return [...(await readProgress(this.folder, RESULTS_START)).started];
  }

  async runnerLog(): Promise<string> {
    return await readFile(join(this.folder, 'runner.log'), 'utf8');
  }

  async taskFiles(): Promise<string[]> {
    return (await readdir(this.taskFolder)).sort();
  }

  async read(name: string): Promise<string> {
    return await readFile(join(this.base, name), 'utf8');
  }

  async end(): Promise<EndedAttempt> {
    const { folder, token, here, calls } = this;
    return await endAttempt(this.host, { folder, token, here, calls, unitGraceMs: 1_000, signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  /** Pid of the runner that has the claim, once there is one. Its parent is the guardian, which `spawn` answers with. */
  async runnerPid(): Promise<number> {
    const claim = await until('a runner has the claim', async () => {
      const seen = await readClaim(this.host, this.folder, this.calls);
      return seen.kind === 'owned' && seen;
    });
    return claim.owner.pid;
  }

  /** Pids of living processes that belong to this attempt, by token alone: guardian and runner, units and what these have started. */
  processes(): number[] {
    return findProcesses({ token: this.token, runner: null }).map(({ pid }) => pid);
  }
}

/** A unit of a task, with a small argument file. */
export function taskUnit(index: number, args: string | null = `{"zarr_url": "/data/${index}"}`): TaskUnit {
  return { index, stem: `par-000000-${String(index).padStart(7, '0')}`, args };
}

/** Wait until the condition gives something else than null, undefined or false. */
export async function until<T>(what: string, condition: () => Promise<T | null | undefined | false>, patienceMs = PATIENCE_MS): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== undefined && value !== false) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`did not happen within ${patienceMs} ms: ${what}`);
    }
    await sleep(10);
  }
}
