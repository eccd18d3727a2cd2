import {
  choice,
  flag,
  integer,
  numberWithDefault,
  optionalAnyText,
  optionalChoice,
  optionalHttpUrl,
  requiredSecret,
} from '../variable-kinds.js';

/** General settings (contract: auth-admin 7.1), in the order of `GET /api/settings/app/`. */
export const applicationVariables = {
  jwtExpireSeconds: integer({
    name: 'JWT_EXPIRE_SECONDS',
    byDefault: 180,
    description: 'Lifetime of log-in tokens in seconds; 0 makes tokens that never expire.',
  }),
  jwtSecretKey: requiredSecret({
    name: 'JWT_SECRET_KEY',
    description: 'Key that signs access tokens. All API processes of one deployment share it.',
  }),
  cookieExpireSeconds: integer({
    name: 'COOKIE_EXPIRE_SECONDS',
    byDefault: 86_400,
    description: 'Lifetime in seconds of the token inside the cookie that an OAuth log-in sets.',
  }),
  runnerBackend: choice({
    name: 'FRACTAL_RUNNER_BACKEND',
    choices: ['local', 'slurm_ssh', 'slurm_sudo', 'any'],
    byDefault: 'local',
    description: 'Type of the computational resources of this deployment; `any`: every type, side by side.',
  }),
  loggingLevel: integer({
    name: 'FRACTAL_LOGGING_LEVEL',
    byDefault: 20,
    description: 'Least severity that is logged: 10 debug, 20 information, 30 warning, 40 error.',
  }),
  logConfigFile: optionalAnyText({
    name: 'LOG_CONFIG_FILE',
    description: 'Accepted for compatibility: a logging configuration of the Python server. It is not read; a warning says so at start.',
  }),
  maxJobListLength: integer({
    name: 'FRACTAL_API_MAX_JOB_LIST_LENGTH',
    byDefault: 25,
    description: 'Accepted for compatibility; API processes keep no list of jobs.',
  }),
  gracefulShutdownSeconds: numberWithDefault({
    name: 'FRACTAL_GRACEFUL_SHUTDOWN_TIME',
    byDefault: 30,
    description: 'Seconds that a stopping process may use to finish requests and steps at hand.',
  }),
  helpUrl: optionalHttpUrl({
    name: 'FRACTAL_HELP_URL',
    description: 'Address of the help pages of this deployment, shown in error texts.',
  }),
  defaultGroupName: optionalChoice({
    name: 'FRACTAL_DEFAULT_GROUP_NAME',
    choices: ['All'],
    description: 'Name of the group that every user belongs to. Unset: no such group.',
  }),
  longRequestSeconds: numberWithDefault({
    name: 'FRACTAL_LONG_REQUEST_TIME',
    byDefault: 30,
    description: 'Seconds after which a request is logged as slow.',
  }),
  disableBasicAuth: flag({
    name: 'FRACTAL_DISABLE_BASIC_AUTH',
    byDefault: false,
    description: 'Removes the log-in by password.',
  }),
  enableTaskGroupReset: flag({
    name: 'FRACTAL_ENABLE_TASK_GROUP_RESET',
    byDefault: false,
    description: 'Enables the reset of task groups by administrators.',
  }),
} as const;
