import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks until `look` gives something other than undefined, null or false, and returns that.
 * @param what names the awaited thing in the error
 */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  { deadlineMs = 10_000, intervalMs = 20 }: { deadlineMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await sleep(intervalMs);
  }
}
