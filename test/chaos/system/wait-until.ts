import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 50;

/**
 * Looks again and again until it is true, or the time is over: what is missing then is a finding of the suite, not an error. A look that
 * fails (PostgreSQL is away) counts as no.
 * @returns whether it came true
 */
export async function waitUntil(deadlineMs: number, isTrue: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = Date.now() + deadlineMs;
  while (Date.now() < end) {
    if (await look(isTrue)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

async function look(isTrue: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await isTrue();
  } catch {
    return false;
  }
}
