import { integer, optionalInteger } from '../variable-kinds.js';

const MIB = 1024 * 1024;

/** Limits and ports of an API process. */
export const httpVariables = {
  maxJsonBodyBytes: integer({
    name: 'FRACTAL_API_MAX_JSON_BYTES',
    byDefault: 256 * MIB,
    min: 1,
    description: 'Largest accepted JSON body in bytes; larger ones are answered with 413.',
  }),
  maxUploadBytes: integer({
    name: 'FRACTAL_API_MAX_UPLOAD_BYTES',
    byDefault: 2048 * MIB,
    min: 1,
    description: 'Largest accepted upload (wheel or archive) in bytes; larger ones are answered with 413.',
  }),
  probePort: optionalInteger({
    name: 'FRACTAL_API_PROBE_PORT',
    min: 0,
    max: 65_535,
    description: 'Port on the loopback interface for /live, /ready and /metrics. Unset: not served.',
  }),
  databasePoolSize: integer({
    name: 'FRACTAL_API_DATABASE_POOL_SIZE',
    byDefault: 10,
    min: 1,
    description: 'Database connections that one API process may hold.',
  }),
} as const;
