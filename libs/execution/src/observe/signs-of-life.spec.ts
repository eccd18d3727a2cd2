import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignsOfLife } from './signs-of-life.js';

describe('signs of life', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('count from the first time that a sign is seen, for each name', () => {
    const signs = new SignsOfLife();
    expect(signs.silentMs('a', 7)).toBe(0);
    vi.advanceTimersByTime(3_000);
    expect(signs.silentMs('a', 7)).toBe(3_000);
    expect(signs.silentMs('b', 7)).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(signs.silentMs('a', 7)).toBe(4_000);
  });

  it('begin anew when a sign changes, whichever way, or goes', () => {
    const signs = new SignsOfLife();
    signs.silentMs('a', 7);
    for (const sign of [6, null, 6]) {
      vi.advanceTimersByTime(3_000);
      expect(signs.silentMs('a', sign)).toBe(0);
    }
  });

  it('are not remembered for ever', () => {
    const signs = new SignsOfLife();
    signs.silentMs('old', 1);
    vi.advanceTimersByTime(1_000);
    for (let index = 0; index < 1_000; index += 1) signs.silentMs(`new ${index}`, 1);
    expect(signs.silentMs('old', 1)).toBe(0);
  });
});
