import { readFileSync, readdirSync } from 'node:fs';

/** A process beyond doubt: process ids are reused, but not together with a start time within one boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between boot and the start of the process (`/proc/PID/stat`, field 22). */
  readonly startTime: number;
}

/** One process as `/proc` shows it. */
export interface ProcessSight extends ProcessIdentity {
  /** `R`, `S`, `D`, `Z`, … */
  readonly state: string;
  readonly parentPid: number;
  readonly processGroup: number;
  /** Pid of the session's leader, who may have died. */
  readonly session: number;
}

/** States of processes that exist only as an entry waiting for their parent. */
const DEAD_STATES = new Set(['Z', 'X', 'x']);

/** The process with this pid, or null when there is none. Zombies are shown; see {@link isAlive}. */
export function readProcess(pid: number): ProcessSight | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // ENOENT, and ESRCH when the process ends while it is read: both mean that it is not there
    return null;
  }
  // The name in parentheses may itself hold spaces and parentheses: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? '',
    parentPid: Number(fields[1]),
    processGroup: Number(fields[2]),
    session: Number(fields[3]),
    startTime: Number(fields[19]),
  };
}

/** Does this very process still run? A zombie, or another process under the same pid, counts as dead. */
export function isAlive(identity: ProcessIdentity): boolean {
  const seen = readProcess(identity.pid);
  return seen !== null && seen.startTime === identity.startTime && !DEAD_STATES.has(seen.state);
}

/** All living processes of this pid namespace, zombies left out. */
export function listProcesses(): ProcessSight[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((seen): seen is ProcessSight => seen !== null && !DEAD_STATES.has(seen.state));
}

/** The environment that a process was started with, as `NAME=value` words; empty when we may not look or it is gone. */
export function readProcessEnvironment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/**
 * Send a signal to exactly this process.
 * @returns false when it has ended meanwhile
 * @throws EPERM of the system when the process belongs to somebody else
 */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) {
    return false;
  }
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}
