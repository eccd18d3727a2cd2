import { optionalChoice, optionalText } from '../variable-kinds.js';

/** Where bells are rung. */
export const queueVariables = {
  redisUrl: optionalText({
    name: 'REDIS_URL',
    description: 'Address of the Redis server that carries the bells, such as redis://localhost:6379/0. Unset: see FRACTAL_QUEUE.',
  }),
  queue: optionalChoice({
    name: 'FRACTAL_QUEUE',
    choices: ['redis', 'postgres'],
    description: 'What carries the bells. Unset: Redis when REDIS_URL is set, PostgreSQL otherwise.',
  }),
} as const;
