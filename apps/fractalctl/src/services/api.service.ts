import { StartError } from '@fractal-server/embedded';
import cluster, { type Worker } from 'node:cluster';
import { closeSync } from 'node:fs';
import { installation } from '../installation.js';
import { describeEnd, type Service } from '../supervisor/service.js';
import { openLog, runningService } from './child-process.js';

/** How API processes are started. */
export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
}

const STOP_DEADLINE_MS = 3_000;
const LISTEN_DEADLINE_MS = 60_000;

/**
 * One of the API processes. They share their port as a node cluster: this process accepts connections and hands them round, so the port
 * stays open while one of several is restarted. A cluster's processes end by themselves when this process dies.
 */
export function apiService(number: number, options: ApiOptions): Service {
  return {
    name: `API process ${number}`,
    start: async () => {
      const worker = forkApi(options);
      const running = runningService(worker.process, STOP_DEADLINE_MS);
      const failure = await Promise.race([listening(worker), running.ended.then((end) => `it ended with ${describeEnd(end)}`), deadline()]);
      if (failure === undefined) return running;
      await running.stop();
      throw new StartError('start the API', `${failure}.`, `Its log says why: ${options.logFile}`);
    },
  };
}

function forkApi({ host, port, environment, logFile }: ApiOptions): Worker {
  const log = openLog(logFile);
  try {
    cluster.setupPrimary({
      exec: installation.apiMain,
      args: ['--host', host, '--port', String(port)],
      stdio: ['ignore', log, log, 'ipc'],
    });
    return cluster.fork(environment);
  } finally {
    closeSync(log);
  }
}

async function listening(worker: Worker): Promise<undefined> {
  await new Promise((resolve) => worker.once('listening', resolve));
}

async function deadline(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(`it did not listen within ${LISTEN_DEADLINE_MS / 1000} s`), LISTEN_DEADLINE_MS).unref();
  });
}
