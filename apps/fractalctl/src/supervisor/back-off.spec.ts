import { describe, expect, it } from 'vitest';
import { BackOff } from './back-off.js';

describe('BackOff', () => {
  it('doubles the wait with each quick end, up to half a minute', () => {
    const backOff = new BackOff();
    const waits = Array.from({ length: 8 }, () => backOff.nextDelayMs(10));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('starts over when the process ran for a minute', () => {
    const backOff = new BackOff();
    backOff.nextDelayMs(10);
    backOff.nextDelayMs(10);
    expect(backOff.nextDelayMs(60_000)).toBe(500);
  });
});
