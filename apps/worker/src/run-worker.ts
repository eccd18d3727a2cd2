import {
  applicationSection,
  databaseSection,
  loadConfig,
  placeSection,
  queueSection,
  slurmSection,
  sshSection,
  type EnvironmentText,
} from '@fractal-server/config';
import { Database, databaseOptionsOf, SshHostKeys } from '@fractal-server/database';
import { EngineWorker, ReachedClusters } from '@fractal-server/engine';
import { CollectionReconciler } from '@fractal-server/environments';
import { cleanEnvironment, HostRegistry, hostSettingsOf, LocalHost, readPlace } from '@fractal-server/hosts';
import { openQueueBackend, queueOptionsOf } from '@fractal-server/queue';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { WorkerArguments } from './arguments.js';
import { createLogger } from './logging.js';
import { serveProbes } from './probes.js';

/** A running worker. */
export interface RunningWorker {
  /** Takes nothing new, finishes the steps at hand, hands its leases back. No unit is stopped. */
  stop(): Promise<void>;
}

/** Starts a worker process: configuration, database, queue, then work. @throws ConfigError with every problem of the environment */
export async function runWorker(environment: EnvironmentText, args: WorkerArguments): Promise<RunningWorker> {
  const config = loadConfig(
    {
      ...{ application: applicationSection, database: databaseSection, queue: queueSection },
      ...{ place: placeSection, slurm: slurmSection, ssh: sshSection },
    },
    environment,
  );
  const logger = createLogger(config.application.loggingLevel);
  const database = await Database.connect(
    databaseOptionsOf(config.database, {
      applicationName: 'fractal-worker',
      poolSize: config.place.databasePoolSize,
      // Less than a lease: who takes over after this process was stopped must not wait for its locks.
      idleInTransactionSeconds: 20,
    }),
  );
  const queue = openQueueBackend(queueOptionsOf(config.queue, config.database));
  const host = new LocalHost(cleanEnvironment(process.env));
  // SLURM's commands find their cluster by it; units on this machine have no business with it.
  const clusterEnvironment = cleanEnvironment(process.env, ['SLURM_CONF']);
  const hosts = new HostRegistry(hostSettingsOf(config.ssh, new SshHostKeys(database), clusterEnvironment));
  const place = readPlace(args.place ?? config.place.place ?? undefined);
  const worker = new EngineWorker({
    database,
    queue,
    host,
    place,
    backendTypes: args.backendTypes,
    resourceNames: args.resourceNames,
    ...(args.backendTypes.some((type) => type !== 'local') ? { clusters: new ReachedClusters(database, hosts) } : {}),
    serverEnvironment: process.env,
    logger,
    placeSilentSeconds: config.place.placeSilentSeconds,
    placeLostSeconds: config.place.placeLostSeconds,
    pauseRetrySeconds: config.place.pauseRetrySeconds,
    pauseLimitSeconds: config.place.pauseLimitSeconds,
    absenceRules: config.slurm,
    handlers: (nudge) => {
      const { placeSilentSeconds, placeLostSeconds } = config.place;
      const collections = new CollectionReconciler({
        ...{ database, host, hosts, place, nudge, placeSilentSeconds, placeLostSeconds },
        environment: process.env,
      });
      return { activity: (id, lease) => collections.reconcile(id, lease) };
    },
  });
  await worker.start();
  const probes = config.place.probePort === null ? undefined : await serveProbes(worker, config.place.probePort);
  const probePort = probes === undefined ? null : (probes.address() as AddressInfo).port;
  logger.info({ place: place.name, backends: args.backendTypes, resources: args.resourceNames, probePort }, 'the worker is ready');
  return {
    stop: async () => {
      logger.info({}, 'the worker stops');
      await worker.stop();
      hosts.close();
      if (probes !== undefined) {
        probes.closeAllConnections();
        probes.close();
        await once(probes, 'close');
      }
      await queue.close();
      await database.close();
    },
  };
}
