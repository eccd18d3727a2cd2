import { describe, expect, it } from 'vitest';
import { chooseQueue } from './queue-choice.js';

const REDIS_URL = 'redis://queue:6379';

describe('chooseQueue', () => {
  it('takes the Redis that REDIS_URL names before one that it would have to start', () => {
    expect(chooseQueue(undefined, { REDIS_URL }, true)).toEqual({ type: 'redis', url: REDIS_URL });
  });

  it('starts Redis where it is installed, and uses PostgreSQL where it is not', () => {
    expect(chooseQueue(undefined, {}, true)).toEqual({ type: 'embedded redis' });
    expect(chooseQueue(undefined, {}, false)).toEqual({ type: 'postgres' });
  });

  it('obeys the option, then FRACTAL_QUEUE', () => {
    expect(chooseQueue('postgres', { REDIS_URL, FRACTAL_QUEUE: 'redis' }, true)).toEqual({ type: 'postgres' });
    expect(chooseQueue(undefined, { FRACTAL_QUEUE: 'postgres' }, true)).toEqual({ type: 'postgres' });
  });

  it('says what to do when Redis is wanted and there is none', () => {
    expect(() => chooseQueue('redis', {}, false)).toThrow('REDIS_URL is not set');
  });
});
