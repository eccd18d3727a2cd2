import type { EngineBatch } from '@fractal-server/database';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Preparation } from './preparation.js';

it('brings the first of many batches to its submission before the last one is begun', async () => {
  const preparation = new Preparation();
  const parts: string[] = [];
  const prepare = async (batch: number): Promise<void> => {
    for (const state of ['planned', 'staged', 'submitting'] satisfies EngineBatch['state'][]) {
      await preparation.run({ state }, async () => {
        parts.push(`${batch} ${state}`);
        await nextTurn();
      });
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, batch) => prepare(batch)));
  expect(parts.length).toBe(60);
  expect(parts.indexOf('0 submitting')).toBeLessThan(parts.indexOf('9 planned'));
  expect(parts.lastIndexOf('19 planned')).toBeGreaterThan(parts.indexOf('10 submitting'));
});

it('goes on after a part that failed', async () => {
  const preparation = new Preparation();
  const failing = preparation.run({ state: 'planned' }, () => Promise.reject(new Error('disk full')));
  await expect(failing).rejects.toThrow('disk full');
  expect(await preparation.run({ state: 'submitting' }, () => Promise.resolve('written'))).toBe('written');
});
