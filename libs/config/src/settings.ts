import { hostname } from 'node:os';
import type { Environment } from './environment.js';
import { VariableReader } from './reader.js';
import { Secret } from './secret.js';
import {
  databaseSection,
  emailSection,
  oauthSection,
  queueSection,
  type DatabaseSettings,
  type EmailSettings,
  type OAuthSettings,
  type QueueSettings,
} from './sections.js';

/** Type of a computational resource. */
export type BackendType = 'local' | 'slurm_ssh' | 'slurm_sudo';

/** What every process of ours needs. */
export interface ProcessSettings {
  readonly database: DatabaseSettings;
  readonly queue: QueueSettings;
  /** Python's levels: 10 debug, 20 info, 30 warning, 40 error. */
  readonly loggingLevel: number;
  /** Seconds that the process may take to stop. */
  readonly gracefulShutdownSeconds: number;
  /** Port on the loopback interface for /live, /ready and /metrics; undefined: not served. */
  readonly probePort: number | undefined;
}

/** What the API reads from its environment. */
export interface ApiSettings extends ProcessSettings {
  readonly runnerBackend: BackendType;
  readonly jwtSecretKey: Secret;
  readonly jwtExpireSeconds: number;
  readonly cookieExpireSeconds: number;
  readonly helpUrl: string | null;
  readonly defaultGroupName: 'All' | null;
  readonly longRequestSeconds: number;
  readonly disableBasicAuth: boolean;
  readonly enableTaskGroupReset: boolean;
  readonly email: EmailSettings | null;
  readonly oauth: OAuthSettings;
  readonly maxJsonBytes: number;
  readonly maxUploadBytes: number;
  /** Accepted for compatibility; the settings end points show them. */
  readonly logConfigFile: string | null;
  readonly maxJobListLength: number;
}

/** What a worker reads from its environment. */
export interface WorkerSettings extends ProcessSettings {
  /** Name of the place where this worker runs local attempts. */
  readonly place: string;
  /** A job says so when nobody served its place for this many seconds. */
  readonly placeSilentSeconds: number;
  /** Attempts on a place that was silent for this many seconds are lost. */
  readonly placeLostSeconds: number;
}

/** Settings of the API. @throws ConfigurationError with every problem */
export function readApiSettings(environment: Environment): ApiSettings {
  const reader = new VariableReader(environment);
  const settings: ApiSettings = {
    ...processSettings(reader),
    runnerBackend: reader.choice<BackendType>('FRACTAL_RUNNER_BACKEND') ?? 'local',
    jwtSecretKey: reader.secret('JWT_SECRET_KEY') ?? new Secret(''),
    jwtExpireSeconds: reader.integer('JWT_EXPIRE_SECONDS'),
    cookieExpireSeconds: reader.integer('COOKIE_EXPIRE_SECONDS'),
    helpUrl: reader.url('FRACTAL_HELP_URL', ['http:', 'https:']) ?? null,
    defaultGroupName: reader.choice<'All'>('FRACTAL_DEFAULT_GROUP_NAME') ?? null,
    longRequestSeconds: reader.number('FRACTAL_LONG_REQUEST_TIME'),
    disableBasicAuth: reader.flag('FRACTAL_DISABLE_BASIC_AUTH'),
    enableTaskGroupReset: reader.flag('FRACTAL_ENABLE_TASK_GROUP_RESET'),
    email: emailSection(reader),
    oauth: oauthSection(reader),
    maxJsonBytes: reader.integer('FRACTAL_API_MAX_JSON_BYTES'),
    maxUploadBytes: reader.integer('FRACTAL_API_MAX_UPLOAD_BYTES'),
    logConfigFile: reader.text('LOG_CONFIG_FILE') ?? null,
    maxJobListLength: reader.integer('FRACTAL_API_MAX_JOB_LIST_LENGTH'),
  };
  reader.finish();
  return settings;
}

/** Settings of a worker. @throws ConfigurationError with every problem */
export function readWorkerSettings(environment: Environment): WorkerSettings {
  const reader = new VariableReader(environment);
  const settings: WorkerSettings = {
    ...processSettings(reader),
    place: reader.text('FRACTAL_PLACE') ?? hostname(),
    placeSilentSeconds: reader.integer('FRACTAL_PLACE_SILENT_SECONDS'),
    placeLostSeconds: reader.integer('FRACTAL_PLACE_LOST_SECONDS'),
  };
  reader.finish();
  return settings;
}

/** How to reach the database, for commands that need nothing else. @throws ConfigurationError with every problem */
export function readDatabaseSettings(environment: Environment): DatabaseSettings {
  const reader = new VariableReader(environment);
  const settings = databaseSection(reader);
  reader.finish();
  return settings;
}

function processSettings(reader: VariableReader): ProcessSettings {
  return {
    database: databaseSection(reader),
    queue: queueSection(reader),
    loggingLevel: reader.integer('FRACTAL_LOGGING_LEVEL'),
    gracefulShutdownSeconds: reader.number('FRACTAL_GRACEFUL_SHUTDOWN_TIME'),
    probePort: reader.optionalInteger('FRACTAL_PROBE_PORT'),
  };
}
