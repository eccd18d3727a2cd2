import { readdirSync, readFileSync } from 'node:fs';

/** A process as `/proc` shows it. Ids are used again; together with the start time they are not. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly startTime: string;
  readonly commandLine: string;
  /** Whether it is a unit runner or something that one has started. */
  readonly isOfAttempt: boolean;
}

/** Every process that lives; zombies have ended. */
function allProcesses(): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((process) => process !== undefined);
}

/** The process and all that it, and those that it started, have started. */
export function processTree(pid: number): SeenProcess[] {
  const processes = allProcesses();
  const tree = processes.filter((process) => process.pid === pid);
  for (const { pid: parent } of tree) tree.push(...processes.filter((process) => process.parent === parent));
  return tree;
}

/** Those of the given processes that still live. */
export function stillAlive(processes: readonly SeenProcess[]): SeenProcess[] {
  return processes.filter(({ pid, startTime }) => readProcess(pid)?.startTime === startTime);
}

function readProcess(pid: number): SeenProcess | undefined {
  try {
    // The name of the program, in parentheses, may hold anything; what follows it is regular.
    const [state, parent, ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (state === 'Z' || state === 'X') return undefined;
    return {
      pid,
      parent: Number(parent),
      startTime: rest[17] ?? '',
      commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      isOfAttempt: readFileSync(`/proc/${pid}/environ`, 'latin1').includes('FRACTAL_ATTEMPT='),
    };
  } catch {
    return undefined;
  }
}
