import { expect, it } from 'vitest';
import { backOffMs, lastingBackOffMs } from './back-off.js';

it('waits longer after each failure, from half a second to a minute', () => {
  expect([1, 2, 3, 8, 100].map((failures) => backOffMs(failures, 1))).toEqual([500, 1000, 2000, 60_000, 60_000]);
  expect([1, 100].map((failures) => backOffMs(failures, 0))).toEqual([250, 30_000]);
});

it('waits much longer where only an admin can help', () => {
  expect(lastingBackOffMs(1, 1)).toBe(8_000);
  expect(lastingBackOffMs(100, 1)).toBe(60_000);
});
