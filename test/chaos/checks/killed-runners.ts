import { readProgress, RESULTS_START } from '@fractal-server/execution';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptProcess } from './processes.js';

const PROGRAM = 'unit_runner.py';

/** What a unit runner had written when it was killed: what follows from it can be foretold exactly. */
export interface KilledRunner {
  readonly token: string;
  /** Indexes of units that it had said to start, or what counts as that. */
  readonly started: ReadonlySet<number> | 'all';
  /** Indexes of units with a result. */
  readonly finished: ReadonlySet<number>;
}

/** Kills a unit runner, and nothing but it: its guardian ends its units. @returns as {@link stopRunner} */
export async function killRunner(runner: AttemptProcess): Promise<KilledRunner | undefined> {
  const killed = await stopRunner(runner);
  trySignal(runner.pid, 'SIGKILL');
  return killed;
}

/**
 * Stops a unit runner that is about to be killed, so that what it has written can be read while it can write no more.
 * @returns undefined when its death means nothing: it has ended by itself, or does not hold the claim
 */
export async function stopRunner({ pid, command, token }: AttemptProcess): Promise<KilledRunner | undefined> {
  const folder = command.slice(command.indexOf(PROGRAM) + PROGRAM.length).trim();
  try {
    process.kill(pid, 'SIGSTOP');
    while (stateOf(pid) !== 'T') await sleep(1);
    const holdsClaim = existsSync(join(folder, 'claim')) && isClaimOf(readFileSync(join(folder, 'claim'), 'utf8'), pid);
    const hasEnded = existsSync(join(folder, 'end'));
    return holdsClaim && !hasEnded ? await readKilled(folder, token) : undefined;
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/** In a container the claim holds the number that the process has there. */
function isClaimOf(claim: string, pid: number): boolean {
  const numbers = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];
  return (JSON.parse(claim) as { pid: number }).pid === Number(numbers.at(-1));
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended meanwhile
  }
}

async function readKilled(folder: string, token: string): Promise<KilledRunner> {
  const started = new Set<number>();
  const finished = new Set<number>();
  let cursor = RESULTS_START;
  for (;;) {
    const progress = await readProgress(folder, cursor);
    for (const index of progress.started) started.add(index);
    for (const { unit, stopped, diskFull } of progress.results) if (!stopped && !diskFull) finished.add(unit);
    cursor = progress.cursor;
    if (!progress.more) return { token, started, finished };
  }
}

/** @throws when there is no such process */
function stateOf(pid: number): string {
  const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[0] ?? '';
  if (state === 'Z' || state === 'X') throw new Error('it has ended');
  return state;
}
