import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.js';

it('runs work on one thing in the order in which it came, and work on others meanwhile', async () => {
  const queue = new OneAtATime<string>();
  const log: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    log.push(`${name} starts`);
    await nextTurn();
    log.push(`${name} ends`);
  };
  await Promise.all([queue.run('a', work('a1')), queue.run('a', work('a2')), queue.run('b', work('b1'))]);
  expect(log.filter((line) => line.startsWith('a'))).toEqual(['a1 starts', 'a1 ends', 'a2 starts', 'a2 ends']);
  expect(log.indexOf('b1 starts')).toBeLessThan(log.indexOf('a1 ends'));
});

it('goes on after a failure, which only its own caller gets', async () => {
  const queue = new OneAtATime<string>();
  const failing = queue.run('a', async () => Promise.reject(new Error('no')));
  const following = queue.run('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await following).toBe('yes');
});
