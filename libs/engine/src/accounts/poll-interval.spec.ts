import { expect, it } from 'vitest';
import { pollSeconds, withJitter, type PollSituation } from './poll-interval.js';

const QUIET: PollSituation = { intervalSeconds: 5, failures: 0, quietSeconds: 0, isNewsExpected: false };

it.each<[what: string, situation: Partial<PollSituation>, seconds: number]>([
  ['at the configured interval while things change', { quietSeconds: 20 }, 5],
  ['a tenth of the quiet time later', { quietSeconds: 200 }, 20],
  ['after a minute at most', { quietSeconds: 86_400 }, 60],
  ['at the configured interval when news are expected', { quietSeconds: 86_400, isNewsExpected: true }, 5],
  ['at the configured interval before the first answer', { quietSeconds: null }, 5],
  ['at least 0.2 s later', { intervalSeconds: 0 }, 0.2],
  ['never more often than configured', { intervalSeconds: 300, quietSeconds: 1_000 }, 300],
  ['later after a failure', { failures: 1 }, 7.5],
  ['later and later after more', { failures: 3 }, 16.875],
  ['a minute later at most after many', { failures: 1_000, isNewsExpected: true }, 60],
  ['not at once after a failure', { failures: 1, intervalSeconds: 0 }, 1.5],
  ['never more often than configured after a failure', { failures: 2, intervalSeconds: 300 }, 300],
])('asks %s', (_what, situation, seconds) => {
  expect(pollSeconds({ ...QUIET, ...situation })).toBeCloseTo(seconds);
});

it('jitter makes it later only', () => {
  expect(withJitter(10, 0)).toBe(10);
  expect(withJitter(10, 1)).toBe(11);
});
