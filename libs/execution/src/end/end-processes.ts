import { setTimeout as sleep } from 'node:timers/promises';
import {
  isAlive,
  listProcesses,
  readProcess,
  readProcessEnvironment,
  signalProcess,
  type ProcessIdentity,
  type ProcessSight,
} from '@fractal-server/hosts';

/** Whose processes are to be ended. */
export interface AttemptProcesses {
  readonly token: string;
  /** The runner, dead or alive: leader of the session that the units belong to, child of its guardian. Null when it is not known. */
  readonly runner: ProcessIdentity | null;
}

/** A guardian is older than its runner, but not by more than this, in hundredths of a second: it tries for a minute to start it. */
const GUARDIAN_LEAD = 9_000;

/** Between two looks while processes are ending. */
const LOOK_MS = 50;

/**
 * All living processes of an attempt on this machine: those of the runner's session, and all that carry the token in their environment (its
 * guardian, a daemon that left the session). Processes of other users can only be told by their session.
 */
export function findProcesses(attempt: AttemptProcesses): ProcessSight[] {
  const mark = `FRACTAL_ATTEMPT=${attempt.token}`;
  const session = sessionOf(attempt.runner);
  return listProcesses().filter((seen) => {
    if (seen.pid === process.pid || (attempt.runner !== null && seen.startTime < attempt.runner.startTime - GUARDIAN_LEAD)) {
      return false;
    }
    return seen.session === session || readProcessEnvironment(seen.pid).includes(mark);
  });
}

/**
 * End all processes of an attempt: SIGTERM, and SIGKILL after the grace time to those that are left and to those that they start meanwhile.
 *
 * @param graceMs between SIGTERM and SIGKILL
 * @returns when none is left
 * @throws the signal's reason when aborted; processes may be left then
 */
export async function endProcesses(attempt: AttemptProcesses, graceMs: number, signal: AbortSignal): Promise<void> {
  const killAt = Date.now() + graceMs;
  const warned = new Set<string>();
  // A process that forks while /proc is read may be missed together with its child: only two empty looks in a row count.
  for (let emptyLooks = 0; emptyLooks < 2;) {
    signal.throwIfAborted();
    const left = findProcesses(attempt);
    const kill = Date.now() >= killAt;
    for (const seen of left) {
      const key = `${seen.pid}.${seen.startTime}`;
      if (kill) {
        trySignal(seen, 'SIGKILL');
      } else if (!warned.has(key)) {
        warned.add(key);
        trySignal(seen, 'SIGTERM');
        // A stopped process would never see its SIGTERM.
        trySignal(seen, 'SIGCONT');
      }
    }
    emptyLooks = left.length === 0 ? emptyLooks + 1 : 0;
    if (left.length > 0) {
      await sleep(LOOK_MS, undefined, { signal });
    }
  }
}

/** Resolves to true as soon as the process has ended, to false when it has not after that time. */
export async function waitForEnd(identity: ProcessIdentity, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (isAlive(identity)) {
    if (Date.now() >= until) {
      return false;
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
  return true;
}

/**
 * The session id to look for, or null. When another process has the runner's pid by now, the old session has no member left (the system gives a
 * number away only then), and the number means somebody else's session.
 */
function sessionOf(runner: ProcessIdentity | null): number | null {
  if (runner === null) {
    return null;
  }
  const seen = readProcess(runner.pid);
  return seen === null || seen.startTime === runner.startTime ? runner.pid : null;
}

function trySignal(seen: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    signalProcess(seen, signal);
  } catch {
    // EPERM: a set-user-id program of the task. It stays in the list, and the caller waits for it as long as it wants.
  }
}
