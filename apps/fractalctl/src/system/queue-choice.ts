import type { EnvironmentText } from '@fractal-server/config';
import { StartError } from '@fractal-server/embedded';

export type QueueType = 'redis' | 'postgres';

/** What carries the bells: a Redis of somebody's, one that we start, or PostgreSQL. */
export type QueueChoice =
  { readonly type: 'redis'; readonly url: string } | { readonly type: 'embedded redis' } | { readonly type: 'postgres' };

/**
 * Chooses the queue: what the option or `FRACTAL_QUEUE` says; else Redis where there is one (`REDIS_URL`, or a `redis-server` that we can
 * start), and PostgreSQL where there is none.
 * @throws StartError when Redis is wanted and there is none
 */
export function chooseQueue(wanted: QueueType | undefined, environment: EnvironmentText, redisIsInstalled: boolean): QueueChoice {
  const type = wanted ?? environment['FRACTAL_QUEUE'];
  if (type === 'postgres') return { type };
  const url = environment['REDIS_URL'];
  if (url !== undefined && url !== '') return { type: 'redis', url };
  if (redisIsInstalled) return { type: 'embedded redis' };
  if (type !== 'redis') return { type: 'postgres' };
  throw new StartError(
    'start the queue',
    'Redis is wanted, but REDIS_URL is not set and no redis-server 7 or newer is on the path.',
    'Install Redis (for example "apt-get install redis-server"), set REDIS_URL, or leave --queue out to use PostgreSQL.',
  );
}
