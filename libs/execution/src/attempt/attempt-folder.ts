import { join } from 'node:path';

/**
 * The files of an attempt folder. The folder is the whole protocol between a worker and a unit runner, whatever executor brought the
 * runner to life; docs/execution.md says who writes what and when.
 */
export interface AttemptFiles {
  /** Worker, before the start: what to run. */
  readonly spec: string;
  /** The name that runner (a file, by link) and worker (a folder, by mkdir) compete for. */
  readonly claim: string;
  /** Worker, at any time: how many units may run at once. */
  readonly slots: string;
  /** Worker: a folder that asks the runner to end its units and itself. */
  readonly stop: string;
  /** Runner, append-only: units started and ended. */
  readonly results: string;
  /** Runner: its modification time says that the runner lives. */
  readonly heartbeat: string;
  /** Runner, the last thing it does: the end marker. */
  readonly end: string;
  /** Runner's own stdout and stderr. */
  readonly runnerLog: string;
  /** Runner, on a cluster: lines that are not in a closed part `results.<number>.<bytes>` yet. */
  readonly openPart: string;
  /** Runner, on a cluster: `<this>.<bytes>` holds the files of all units. */
  readonly bundle: string;
}

/** The paths of an attempt folder's files. */
export function attemptFiles(folder: string): AttemptFiles {
  return {
    spec: join(folder, 'spec'),
    claim: join(folder, 'claim'),
    slots: join(folder, 'slots'),
    stop: join(folder, 'stop'),
    results: join(folder, 'results'),
    heartbeat: join(folder, 'heartbeat'),
    end: join(folder, 'end'),
    runnerLog: join(folder, 'runner.log'),
    openPart: join(folder, 'results.part'),
    bundle: join(folder, 'bundle'),
  };
}
