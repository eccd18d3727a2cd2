import { integer, optionalInteger, optionalText } from '../variable-kinds.js';

/** A worker process and the place where it runs local attempts. */
export const placeVariables = {
  place: optionalText({
    name: 'FRACTAL_PLACE',
    description: 'Name of the place (machine, boot, process namespace) where this worker runs local attempts. Unset: the host name.',
  }),
  placeSilentSeconds: integer({
    name: 'FRACTAL_PLACE_SILENT_SECONDS',
    byDefault: 3600,
    min: 1,
    description: 'A job says so when no worker served its place for this many seconds.',
  }),
  placeLostSeconds: integer({
    name: 'FRACTAL_PLACE_LOST_SECONDS',
    byDefault: 86_400,
    min: 1,
    description: 'Attempts on a place that no worker served for this many seconds are lost.',
  }),
  pauseRetrySeconds: integer({
    name: 'FRACTAL_PAUSE_RETRY_SECONDS',
    byDefault: 600,
    min: 1,
    description:
      'A job that a lasting failure of its site has paused (a bad key, a missing account) is tried again after this many seconds.',
  }),
  pauseLimitSeconds: integer({
    name: 'FRACTAL_PAUSE_LIMIT_SECONDS',
    byDefault: 604_800,
    min: 1,
    description: 'A job that was paused for this many seconds fails with the reason.',
  }),
  probePort: optionalInteger({
    name: 'FRACTAL_WORKER_PROBE_PORT',
    min: 0,
    max: 65_535,
    description: 'Port of a worker on the loopback interface for /live, /ready and /metrics. Unset: not served.',
  }),
  databasePoolSize: integer({
    name: 'FRACTAL_WORKER_DATABASE_POOL_SIZE',
    byDefault: 10,
    min: 2,
    description: 'Database connections that one worker process may hold.',
  }),
} as const;
