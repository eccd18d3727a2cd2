import { readEnvironment, type EnvironmentText } from '@fractal-server/config';
import { findFreePort, findRedisServer, isPortFree, StartError } from '@fractal-server/embedded';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiService } from '../services/api.service.js';
import { RedisService } from '../services/redis.service.js';
import { workerService } from '../services/worker.service.js';
import { findInterpreters } from '../state/interpreters.js';
import { StateFolder } from '../state/state-folder.js';
import { lockStateFolder } from '../state/state-lock.js';
import type { Report } from '../supervisor/kept-service.js';
import { Supervisor } from '../supervisor/supervisor.js';
import { databaseVariables, provideDatabase } from './database-server.js';
import { initialise, type AdminLogin } from './initialise.js';
import type { SystemOptions } from './options.js';
import { chooseQueue } from './queue-choice.js';

/** A system that is up. */
export interface StartedSystem {
  /** `http://HOST:PORT` */
  readonly address: string;
  readonly admin: AdminLogin;
  readonly state: StateFolder;
  /** Stops API, workers, queue and database, in this order. Running units go on under their unit runners. */
  stop(): Promise<void>;
}

const READY_DEADLINE_MS = 60_000;
const POLL_INTERVAL_MS = 50;

/**
 * Starts database, queue, workers and API on one state folder, and resolves when the API answers.
 * @param stopped ends a start that is not complete yet: what was started is stopped again, and the returned promise rejects
 * @throws StartError
 */
export async function startSystem(options: SystemOptions, report: Report, stopped: AbortSignal): Promise<StartedSystem> {
  const environment = { ...readEnvironment(), ...options.variables };
  const port = await choosePort(options);
  const state = new StateFolder(options.data);
  const unlock = lockStateFolder(state);
  const supervisor = new Supervisor(report);
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    unlock();
  };
  try {
    const starting = startParts({ ...options, port }, environment, state, supervisor, report, stopped);
    return { ...(await starting), state, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: SystemOptions,
  environment: EnvironmentText,
  state: StateFolder,
  supervisor: Supervisor,
  report: Report,
  stopped: AbortSignal,
): Promise<{ address: string; admin: AdminLogin }> {
  const interpreters = await findInterpreters();
  stopped.throwIfAborted();
  const database = await provideDatabase(environment, state, supervisor);
  report(`PostgreSQL at ${database.host}:${database.port}, database "${database.database}"`);
  stopped.throwIfAborted();
  const admin = await initialise({ database, options, state, interpreters, environment });
  stopped.throwIfAborted();
  const queue = await provideQueue(options, environment, state, supervisor);
  report(queue['FRACTAL_QUEUE'] === 'redis' ? 'Queue on Redis' : 'Queue on PostgreSQL');
  stopped.throwIfAborted();

  const childEnvironment = {
    FRACTAL_RUNNER_BACKEND: options.backend.length === 1 ? options.backend[0] : 'any',
    FRACTAL_DEFAULT_GROUP_NAME: 'All',
    JWT_SECRET_KEY: state.secret('jwt-key', 48),
    // All of the system has to be down within ten seconds.
    FRACTAL_GRACEFUL_SHUTDOWN_TIME: '2',
    ...environment,
    ...databaseVariables(database),
    ...queue,
  };
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  await supervisor.start(
    ...numbered(options.workers).map((number) =>
      workerService(number, { environment: childEnvironment, backend: options.backend, logFile: state.log(`worker-${number}`) }),
    ),
  );
  const { host, port } = options;
  const api = { host, port, environment: childEnvironment };
  await supervisor.start(
    ...numbered(options.apiProcesses).map((number) => apiService(number, { ...api, logFile: state.log(`api-${number}`) })),
  );
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  await waitUntilAlive(address, state, stopped);
  return { address, admin };
}

async function choosePort({ host, port }: SystemOptions): Promise<number> {
  if (port === 0) return findFreePort(host);
  if (await isPortFree(port, host)) return port;
  throw new StartError(
    'listen for requests',
    `port ${port} of ${host} is taken.`,
    'Stop whoever listens there, or choose another port with --port.',
  );
}

/** Starts the queue where it is ours to start, and returns the variables that name it to child processes. */
async function provideQueue(
  options: SystemOptions,
  environment: EnvironmentText,
  state: StateFolder,
  supervisor: Supervisor,
): Promise<Record<string, string>> {
  const choice = chooseQueue(options.queue, environment, findRedisServer() !== undefined);
  if (choice.type === 'postgres') return { FRACTAL_QUEUE: 'postgres' };
  if (choice.type === 'redis') return { FRACTAL_QUEUE: 'redis', REDIS_URL: choice.url };
  const service = new RedisService(state.redis);
  await supervisor.start(service);
  return { FRACTAL_QUEUE: 'redis', REDIS_URL: service.url };
}

async function waitUntilAlive(address: string, state: StateFolder, stopped: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (!(await isAlive(address))) {
    stopped.throwIfAborted();
    if (Date.now() > deadline) {
      const reason = `${address}/api/alive/ does not answer.`;
      throw new StartError('start the API', reason, `Its log says why: ${state.log('api-1')}`);
    }
    await sleep(POLL_INTERVAL_MS);
  }
}

async function isAlive(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/api/alive/`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
