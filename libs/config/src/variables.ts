/** How the text of a variable is read. */
export type VariableKind = 'integer' | 'number' | 'flag' | 'text' | 'url' | 'email' | 'emails' | 'choice';

/** One environment variable: everything that the reader, the documentation and the log need to know about it. */
export interface Variable {
  readonly kind: VariableKind;
  /** Text that stands for the variable when it is not set. Without it the variable is optional, or `required`. */
  readonly fallback?: string;
  readonly required?: true;
  /** Never shown. */
  readonly secret?: true;
  /** The empty text is a value (contract: an empty string is not "unset"). */
  readonly mayBeEmpty?: true;
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly meaning: string;
}

const define = <Name extends string>(variables: Record<Name, Variable>): Readonly<Record<Name, Variable>> => variables;

/** Every environment variable that our processes read, in the order of the documentation. */
export const variables = define({
  JWT_EXPIRE_SECONDS: { kind: 'integer', fallback: '180', meaning: 'Lifetime of a login token in seconds; 0 means without end.' },
  JWT_SECRET_KEY: { kind: 'text', required: true, secret: true, mayBeEmpty: true, meaning: 'Key that signs access tokens.' },
  COOKIE_EXPIRE_SECONDS: { kind: 'integer', fallback: '86400', meaning: 'Lifetime of the token in the OAuth cookie, in seconds.' },
  FRACTAL_RUNNER_BACKEND: {
    kind: 'choice',
    choices: ['local', 'slurm_ssh', 'slurm_sudo'],
    fallback: 'local',
    meaning: 'Type that new and changed resources must have.',
  },
  FRACTAL_LOGGING_LEVEL: {
    kind: 'integer',
    fallback: '20',
    meaning: 'Lowest level that is logged: 10 debug, 20 info, 30 warning, 40 error.',
  },
  LOG_CONFIG_FILE: { kind: 'text', mayBeEmpty: true, meaning: 'Accepted for compatibility; not used.' },
  FRACTAL_API_MAX_JOB_LIST_LENGTH: {
    kind: 'integer',
    fallback: '25',
    meaning: 'Accepted for compatibility; the API keeps no list of jobs.',
  },
  FRACTAL_GRACEFUL_SHUTDOWN_TIME: { kind: 'number', fallback: '30.0', meaning: 'Seconds that a process may take to stop.' },
  FRACTAL_HELP_URL: { kind: 'url', meaning: 'Shown to users by the web client.' },
  FRACTAL_DEFAULT_GROUP_NAME: { kind: 'choice', choices: ['All'], meaning: 'Group that every user belongs to.' },
  FRACTAL_LONG_REQUEST_TIME: { kind: 'number', fallback: '30.0', meaning: 'Requests that take longer (seconds) are logged as slow.' },
  FRACTAL_DISABLE_BASIC_AUTH: { kind: 'flag', fallback: 'false', meaning: 'Switches the log-in with e-mail and password off.' },
  FRACTAL_ENABLE_TASK_GROUP_RESET: { kind: 'flag', fallback: 'false', meaning: 'Allows administrators to reset task groups.' },

  DB_ECHO: { kind: 'flag', fallback: 'false', meaning: 'Logs every SQL statement.' },
  POSTGRES_USER: { kind: 'text', meaning: 'User of the database.' },
  POSTGRES_PASSWORD: { kind: 'text', secret: true, mayBeEmpty: true, meaning: 'Password of the database user.' },
  POSTGRES_HOST: { kind: 'text', fallback: 'localhost', meaning: 'Host of PostgreSQL, or the folder of its Unix socket.' },
  POSTGRES_PORT: { kind: 'integer', minimum: 0, maximum: 65_535, fallback: '5432', meaning: 'Port of PostgreSQL.' },
  POSTGRES_DB: { kind: 'text', required: true, meaning: 'Name of the database. It must exist.' },
  FRACTAL_DATABASE_POOL_SIZE: { kind: 'integer', minimum: 2, fallback: '10', meaning: 'Database connections that one process may hold.' },

  FRACTAL_QUEUE: {
    kind: 'choice',
    choices: ['redis', 'postgres'],
    meaning: 'Where the bells ring. Default: `redis` when REDIS_URL is set, else `postgres`.',
  },
  REDIS_URL: { kind: 'url', secret: true, meaning: 'Redis server, such as redis://localhost:6379/0.' },

  FRACTAL_PLACE: { kind: 'text', meaning: 'Name of the place that a local worker serves. Default: the host name.' },
  FRACTAL_PLACE_SILENT_SECONDS: {
    kind: 'integer',
    minimum: 1,
    fallback: '3600',
    meaning: 'A job says that its place is silent after this many seconds without a worker there.',
  },
  FRACTAL_PLACE_LOST_SECONDS: {
    kind: 'integer',
    minimum: 1,
    fallback: '86400',
    meaning: 'Attempts on a place that was silent for this many seconds are given up.',
  },
  FRACTAL_PROBE_PORT: {
    kind: 'integer',
    minimum: 0,
    maximum: 65_535,
    meaning: 'Port on the loopback interface for /live, /ready and /metrics; 0 takes a free one. Not set: not served.',
  },
  FRACTAL_API_MAX_JSON_BYTES: {
    kind: 'integer',
    minimum: 1,
    fallback: '268435456',
    meaning: 'Largest JSON body of a request in bytes; larger ones are answered with 413.',
  },
  FRACTAL_API_MAX_UPLOAD_BYTES: {
    kind: 'integer',
    minimum: 1,
    fallback: '2147483648',
    meaning: 'Largest uploaded file in bytes; larger ones are answered with 413.',
  },

  FRACTAL_EMAIL_SENDER: { kind: 'email', meaning: 'Sender of e-mails to administrators.' },
  FRACTAL_EMAIL_PASSWORD: { kind: 'text', secret: true, mayBeEmpty: true, meaning: 'Password of the sender at the SMTP server.' },
  FRACTAL_EMAIL_SMTP_SERVER: { kind: 'text', mayBeEmpty: true, meaning: 'Host of the SMTP server.' },
  FRACTAL_EMAIL_SMTP_PORT: { kind: 'integer', meaning: 'Port of the SMTP server.' },
  FRACTAL_EMAIL_INSTANCE_NAME: { kind: 'text', mayBeEmpty: true, meaning: 'Name of this instance in the subject of e-mails.' },
  FRACTAL_EMAIL_RECIPIENTS: { kind: 'emails', meaning: 'Recipients, separated by commas.' },
  FRACTAL_EMAIL_USE_STARTTLS: { kind: 'flag', fallback: 'true', meaning: 'Encrypts the connection to the SMTP server.' },
  FRACTAL_EMAIL_USE_LOGIN: { kind: 'flag', fallback: 'true', meaning: 'Logs in at the SMTP server.' },

  OAUTH_CLIENT_NAME: { kind: 'text', meaning: 'Name of the OAuth client; `google` and `github` are known, others use OIDC.' },
  OAUTH_CLIENT_ID: { kind: 'text', secret: true, mayBeEmpty: true, meaning: 'OAuth client id.' },
  OAUTH_CLIENT_SECRET: { kind: 'text', secret: true, mayBeEmpty: true, meaning: 'OAuth client secret.' },
  OAUTH_OIDC_CONFIG_ENDPOINT: { kind: 'text', secret: true, mayBeEmpty: true, meaning: 'OIDC discovery document.' },
  OAUTH_REDIRECT_URL: { kind: 'text', mayBeEmpty: true, meaning: 'Sent to the OAuth server as `redirect_uri`.' },
  OAUTH_EMAIL_CLAIM: { kind: 'text', fallback: 'email', mayBeEmpty: true, meaning: 'OIDC claim that holds the e-mail address.' },
});

/** Name of a variable of ours. */
export type VariableName = keyof typeof variables;
