import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** A living process (zombies are dead). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  /** Path of its program; empty where it cannot be told. */
  readonly program: string;
  readonly commandLine: string;
}

/** All living processes of this machine. */
export function listProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** The process of this id, unless it has ended. */
export function readProcess(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may contain anything, also blanks and parentheses.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(parent), uid: statSync(`/proc/${pid}`).uid, program: programOf(pid), commandLine };
  } catch {
    return undefined; // ended meanwhile
  }
}

/** The chosen processes and all their descendants. */
export function withDescendants(all: readonly ProcessEntry[], isChosen: (entry: ProcessEntry) => boolean): ProcessEntry[] {
  const chosen = new Set(all.filter(isChosen).map(({ pid }) => pid));
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size;
    for (const { pid, parent } of all) if (chosen.has(parent)) chosen.add(pid);
  }
  return all.filter(({ pid }) => chosen.has(pid));
}

/** Sends a signal; that the process has ended meanwhile does not matter. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}
