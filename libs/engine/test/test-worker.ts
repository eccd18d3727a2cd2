import { Database, type DatabaseOptions } from '@fractal-server/database';
import { cleanEnvironment, LocalHost, readPlace } from '@fractal-server/hosts';
import { waitFor } from '@fractal-server/test-support';
import { EngineWorker, type EngineWorkerOptions } from '../src/worker/engine-worker.js';
import type { Logger } from '../src/scheduling/logger.js';
import { silentQueue } from './silent-queue.js';

/** What a worker said, for assertions. */
export interface SaidLine {
  readonly level: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A worker in this process. */
export interface TestWorker {
  readonly worker: EngineWorker;
  readonly said: SaidLine[];
  stop(): Promise<void>;
}

/** Starts a worker of the local backend that hears no bell. */
export async function startTestWorker(options: DatabaseOptions, overrides: Partial<EngineWorkerOptions> = {}): Promise<TestWorker> {
  const database = await Database.connect({ ...options, applicationName: 'test worker' });
  const said: SaidLine[] = [];
  const say =
    (level: string) =>
    (facts: object, message: string): void => {
      said.push({ level, facts: facts as SaidLine['facts'], message });
      if (process.env['SHOW_LOG'] !== undefined) console.log(level, message, JSON.stringify(facts));
    };
  const logger: Logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const worker = new EngineWorker({
    database,
    queue: silentQueue,
    host: new LocalHost(cleanEnvironment(process.env)),
    place: readPlace('test'),
    backendTypes: ['local'],
    resourceNames: null,
    serverEnvironment: process.env,
    logger,
    placeSilentSeconds: 3600,
    placeLostSeconds: 86400,
    pauseRetrySeconds: 600,
    pauseLimitSeconds: 604_800,
    ...overrides,
  });
  await worker.start();
  return {
    worker,
    said,
    stop: async () => {
      await worker.stop();
      await database.close();
    },
  };
}

/** The row of a job that has come to its end. */
export async function waitForJob(
  database: Database,
  id: number,
  deadlineMs = 30_000,
): Promise<{ status: string; log: string | null; working_dir: string }> {
  return waitFor(
    `the end of job ${id}`,
    async () => {
      const [job] = await database.query<{ status: string; state: string; log: string | null; working_dir: string }>(
        'select status, state, log, working_dir from job where id = $1',
        [id],
      );
      return job?.state === 'closed' ? job : null;
    },
    { deadlineMs },
  );
}
