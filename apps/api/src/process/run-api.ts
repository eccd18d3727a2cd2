import { once } from 'node:events';
import { applicationSection, databaseSection, httpSection, loadConfig, queueSection, type EnvironmentText } from '@fractal-server/config';
import { Database, databaseOptionsOf } from '@fractal-server/database';
import { BellRinger, openQueueBackend, queueOptionsOf } from '@fractal-server/queue';
import { createApp } from '../create-app.js';
import { Logger } from '../logging/logger.js';
import type { ListenOptions } from './arguments.js';
import { serveProbes } from './probes.js';

/** A running API. */
export interface RunningApi {
  /** Where it listens. */
  readonly url: string;
  /** Finishes the requests at hand, for the configured time at most, and lets go of everything. */
  stop(): Promise<void>;
}

/** Starts an API process: configuration, database, bells, then the port. @throws {ConfigError} with every problem of the environment */
export async function runApi(environment: EnvironmentText, listen: ListenOptions): Promise<RunningApi> {
  const config = loadConfig(
    { application: applicationSection, database: databaseSection, http: httpSection, queue: queueSection },
    environment,
  );
  const logger = new Logger(config.application.loggingLevel);
  if (config.application.logConfigFile !== null) logger.warn('api', 'LOG_CONFIG_FILE is not read: set FRACTAL_LOGGING_LEVEL instead');
  const database = await Database.connect(
    databaseOptionsOf(config.database, { applicationName: 'fractal-api', poolSize: config.http.databasePoolSize }),
  );
  const queue = openQueueBackend(queueOptionsOf(config.queue, config.database));
  const bells = new BellRinger(queue, (bell, reason) =>
    logger.warn('queue', `bell ${bell.kind} ${bell.id} was not heard: ${reason.message}`),
  );
  const app = await createApp({ application: config.application, http: config.http, database, bells, logger });
  const probes = config.http.probePort === null ? undefined : await serveProbes(database, config.http.probePort);
  await app.listen(listen.port, listen.host);
  const url = await app.getUrl();
  logger.info('api', `listening on ${url}`);
  return {
    url,
    stop: async () => {
      const patience = setTimeout(() => app.getHttpServer().closeAllConnections(), config.application.gracefulShutdownSeconds * 1000);
      await app.close();
      clearTimeout(patience);
      if (probes !== undefined) {
        probes.closeAllConnections();
        probes.close();
        await once(probes, 'close');
      }
      await bells.close();
      await queue.close();
      await database.close();
    },
  };
}
