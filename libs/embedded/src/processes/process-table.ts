import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_INTERVAL_MS = 20;

/** Whether a process with this id exists (also when it belongs to somebody else). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process, its arguments joined by blanks; empty when there is no such process. */
export function commandLineOf(pid: number): string {
  try {
    if (existsSync('/proc/self')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/**
 * Stops a process that an earlier run of ours left behind.
 * @param isOurs decides from its command line; process ids are used again, so an id alone proves nothing
 */
export async function stopLeftover(
  pid: number,
  isOurs: (commandLine: string) => boolean,
  signal: NodeJS.Signals,
  deadlineMs = 30_000,
): Promise<void> {
  if (!Number.isInteger(pid) || pid <= 1 || !isOurs(commandLineOf(pid))) return;
  process.kill(pid, signal);
  const end = Date.now() + deadlineMs;
  while (isAlive(pid) && Date.now() < end) await sleep(POLL_INTERVAL_MS);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}
