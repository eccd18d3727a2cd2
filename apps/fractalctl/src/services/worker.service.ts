import { fork } from 'node:child_process';
import { closeSync } from 'node:fs';
import { installation } from '../installation.js';
import type { Service } from '../supervisor/service.js';
import { openLog, runningService } from './child-process.js';

/** How worker processes are started. */
export interface WorkerOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Types of resources that it serves. */
  readonly backend: readonly string[];
  readonly logFile: string;
}

/** A worker stops taking work, hands back its leases and ends; units go on under their unit runners. */
const STOP_DEADLINE_MS = 3_000;
const END_WITH_PARENT = new URL('./end-with-parent.js', import.meta.url).href;

/** One of the worker processes. */
export function workerService(number: number, { environment, backend, logFile }: WorkerOptions): Service {
  return {
    name: `worker ${number}`,
    start: async () => {
      const log = openLog(logFile);
      try {
        const child = fork(
          installation.workerMain,
          backend.flatMap((type) => ['--backend', type]),
          {
            env: { ...process.env, ...environment },
            execArgv: ['--import', END_WITH_PARENT],
            // Ctrl-C in a terminal reaches the supervisor only, which stops the API first.
            detached: true,
            stdio: ['ignore', log, log, 'ipc'],
          },
        );
        return runningService(child, STOP_DEADLINE_MS);
      } finally {
        closeSync(log);
      }
    },
  };
}
