import { expect, it } from 'vitest';
import { KillWaits } from './kill-waits.js';

const MINUTE = 60_000;

/** Two accounts of clusters that answer as told, and a clock. */
function questions(...answers: (number | null | Error)[]) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const killWaits = new KillWaits(() => clock.now);
  const of = (account: string): Promise<number | null> =>
    killWaits.of(account, async () => {
      const answer = answers[asked.length] ?? null;
      asked.push(account);
      if (answer instanceof Error) throw answer;
      return answer;
    });
  return { asked, clock, of };
}

it('asks once an hour, however many want to know', async () => {
  const { asked, clock, of } = questions(5, 7);
  expect(await Promise.all([of('a'), of('a'), of('a')])).toEqual([5, 5, 5]);
  clock.now = 59 * MINUTE;
  expect(await of('a')).toBe(5);
  clock.now = 60 * MINUTE;
  expect(await of('a')).toBe(7);
  expect(asked).toEqual(['a', 'a']);
});

it('asks for each account', async () => {
  const { asked, of } = questions(5, 30);
  expect([await of('a'), await of('b'), await of('a')]).toEqual([5, 30, 5]);
  expect(asked).toEqual(['a', 'b']);
});

it.each([[new Error('no way to the cluster')], [null]])('asks again after a minute when the answer was %s', async (nothing) => {
  const { asked, clock, of } = questions(nothing, 5);
  expect(await of('a')).toBe(null);
  clock.now = MINUTE - 1;
  expect(await of('a')).toBe(null);
  expect(asked).toEqual(['a']);
  clock.now = MINUTE;
  expect(await of('a')).toBe(5);
});
