import { dirname } from 'node:path';
import { runChecked, type CallOptions, type Commands } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';
import { executionFailPoints } from '../fail-points.js';
import { runnerCommand } from '../runner/spawn-runner.js';

/** What to start on the machine that a host runs commands on. */
export interface LaunchOptions {
  /** The prepared attempt folder on that machine. */
  readonly folder: string;
  /** The attempt's token: the runner itself carries it in its environment too. */
  readonly token: string;
  /** Python ≥ 3.6 there. */
  readonly python: string;
  /** Where `unit_runner.py` is there. */
  readonly runnerPath: string;
}

/**
 * Everything that varies is a parameter of it. The runner gets a session of its own, no terminal, and no file of the connection, which can end
 * at once; what it says is in `runner.log`. No `nohup`: the units would ignore SIGHUP as well.
 */
const LAUNCH = 'cd "$1" && log=$2 && shift 2 && { setsid "$@" </dev/null >>"$log" 2>&1 & }';

/**
 * Start a runner that outlives the connection to its machine, such as one on a cluster's login node for the commands of an environment. Whether it
 * came to life tells its claim; `runner.log` says why not. Doing it twice is harmless: only one gets the claim.
 * @throws HostError
 */
export async function launchDetached(host: Commands, launch: LaunchOptions, options: CallOptions): Promise<void> {
  const { folder, token, python, runnerPath } = launch;
  const command = ['env', `FRACTAL_ATTEMPT=${token}`, ...runnerCommand(python, folder, runnerPath)];
  await executionFailPoints.around('spawn', async () => {
    await runChecked(host, ['sh', '-c', LAUNCH, 'sh', dirname(folder), attemptFiles(folder).runnerLog, ...command], options);
  });
}
