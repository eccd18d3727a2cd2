import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { attemptFiles } from '../attempt/attempt-folder.js';
import { executionFailPoints } from '../fail-points.js';

/**
 * The unit runner, one self-contained Python file. It lies beside `src` and `dist`, so that the same relative path finds it from the sources and
 * from a build.
 */
export const UNIT_RUNNER_PATH = fileURLToPath(new URL('../../runner/unit_runner.py', import.meta.url));

/** How to start a runner on this machine. */
export interface SpawnRunnerOptions {
  /** The prepared attempt folder. */
  readonly folder: string;
  /** The attempt's token: the runner itself carries it in its environment too. */
  readonly token: string;
  /** Python ≥ 3.6 that runs the runner (not the units), absolute or looked up in `environment`. */
  readonly python: string;
  /** Environment of the runner process; see `cleanEnvironment`. Units get the one of the spec instead. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How a runner process ended. What became of the attempt is in its folder, not here. */
export interface RunnerExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A runner that was started by this process. It lives on when this process dies, by any signal. */
export interface SpawnedRunner {
  /** The runner's guardian, its parent: a signal to end that it gets is passed on. The runner itself is named in the claim. */
  readonly pid: number;
  /**
   * Resolves when the runner has ended. When the claim is open then, no runner came to life: its Python is broken, or the folder could not be
   * written; `runner.log` says which. Never rejects.
   */
  readonly exited: Promise<RunnerExit>;
}

/** A runner could not be started: no such Python, no permission. Nothing of the attempt runs; its claim is still open. */
export class RunnerNotStarted extends Error {
  readonly code = 'runner_not_started';

  constructor(
    readonly python: string,
    cause: unknown,
  ) {
    super(`The unit runner could not be started with '${python}': ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'RunnerNotStarted';
  }
}

/**
 * The command that runs an attempt, for any executor: local, or the last line of a batch script.
 *
 * @param specFolder where `spec` and `slots` are, when the server cannot write in the attempt's own folder
 */
export function runnerCommand(
  python: string,
  folder: string,
  runnerPath: string = UNIT_RUNNER_PATH,
  specFolder: string = folder,
): string[] {
  // -I: none of PYTHON* and no user site; -S: no site-packages: the runner starts in half the time and nothing installed can break it.
  return [python, '-I', '-S', runnerPath, folder, ...(specFolder === folder ? [] : [specFolder])];
}

/**
 * Start a runner for a prepared attempt, under a guardian, in sessions of their own. Starting a second one for the same attempt is harmless: only one gets the
 * claim.
 * @throws RunnerNotStarted
 */
export async function spawnRunner(options: SpawnRunnerOptions): Promise<SpawnedRunner> {
  const [python, ...parameters] = runnerCommand(options.python, options.folder);
  return await executionFailPoints.around('spawn', async () => {
    const log = await openLog(options);
    try {
      const child = spawn(python ?? '', parameters, {
        cwd: '/',
        env: { ...options.environment, FRACTAL_ATTEMPT: options.token },
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      });
      await once(child, 'spawn');
      child.unref();
      const exited = new Promise<RunnerExit>((resolve) => {
        child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
      });
      return { pid: child.pid ?? 0, exited };
    } catch (error) {
      throw new RunnerNotStarted(options.python, error);
    } finally {
      await log.close();
    }
  });
}

async function openLog(options: SpawnRunnerOptions) {
  try {
    return await open(attemptFiles(options.folder).runnerLog, 'a');
  } catch (error) {
    throw new RunnerNotStarted(options.python, error);
  }
}
