import { readdirSync, readFileSync } from 'node:fs';

/** A living process of an attempt: a unit runner, its guardian, a unit, or what a unit has started. */
export interface AttemptProcess {
  readonly pid: number;
  readonly startTime: string;
  readonly token: string;
  readonly command: string;
  /** Of runner and guardian, which are started by the same command, only the one that runs units. */
  readonly isRunner: boolean;
}

/** Living processes that carry the token of an attempt and belong to this system. @param folder that of the system */
export function listAttemptProcesses(folder: string): AttemptProcess[] {
  const found: AttemptProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const seen = readProcess(name, folder);
    if (seen !== undefined) found.push(seen);
  }
  return found;
}

function readProcess(pid: string, folder: string): AttemptProcess | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    const token = /(?:^|\0)FRACTAL_ATTEMPT=([^\0]*)/.exec(environment)?.[1];
    if (token === undefined || !environment.includes(folder)) return undefined;
    const startTime = startTimeOf(pid);
    if (startTime === undefined) return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid: Number(pid), startTime, token, command, isRunner: readFileSync(`/proc/${pid}/comm`, 'latin1') === 'unit-runner\n' };
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/** Undefined when there is no such process, or only what is left of one. */
function startTimeOf(pid: string): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
