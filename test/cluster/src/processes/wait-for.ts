import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until `look` gives something other than undefined and false, and returns that. */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs: number,
  intervalMs = 20,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs / 1000} s in vain for ${what}`);
    await sleep(intervalMs);
  }
}
