import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { relatePlace, runChecked, type CallOptions, type Commands, type PlaceRelation } from '@fractal-server/hosts';
import type { Owner } from '../claim/owner.js';

/** Lies beside `src` and `dist`, as the unit runner does. */
const PROGRAM_PATH = fileURLToPath(new URL('../../runner/attempt_processes.py', import.meta.url));

/** What to do with the processes of an attempt on the machine of a host. */
export interface ProcessOrder {
  readonly action: 'see' | 'end';
  readonly token: string;
  readonly owner: Owner;
  /** Milliseconds between SIGTERM and SIGKILL of units. */
  readonly unitGraceMs: number;
  /** Milliseconds that the runner may take beyond that. */
  readonly runnerMarginMs: number;
}

/** What was found there. */
export interface ProcessReport {
  /** How the owner's place relates to the machine that answered: a cluster may have several login nodes behind one name. */
  readonly relation: PlaceRelation;
  /** Whether the runner lives; only known where the relation is `same`. */
  readonly isAlive: boolean;
  /** Processes that not even SIGKILL has ended. */
  readonly left: number;
}

/** The machine answered with something else than the program's line. */
export class ProcessReportUnreadable extends Error {
  readonly code = 'process_report_unreadable';

  constructor(readonly answer: string) {
    super(`Looking at the processes of an attempt gave no report but: ${answer.slice(0, 500)}`);
    this.name = 'ProcessReportUnreadable';
  }
}

/** Look at the processes of an attempt, or end them, with a small Python program of ours. @throws HostError, ProcessReportUnreadable */
export async function askForProcesses(host: Commands, python: string, order: ProcessOrder, options: CallOptions): Promise<ProcessReport> {
  const { owner, action, token } = order;
  const parameter = JSON.stringify({
    action,
    token,
    grace: order.unitGraceMs / 1_000,
    patience: order.runnerMarginMs / 1_000,
    owner: { pid: owner.pid, startTime: owner.startTime, place: owner.place },
  });
  const argv = [python, '-I', '-S', '-c', readFileSync(PROGRAM_PATH, 'utf8'), parameter];
  const { stdout } = await runChecked(host, argv, options);
  const report = parseReport(stdout.toString('utf8'));
  return {
    relation: relatePlace(owner.place, { ...report.place, name: owner.place.name }),
    isAlive: report.alive,
    left: report.left,
  };
}

interface RawReport {
  readonly place: { readonly machineId: string; readonly bootId: string; readonly pidNamespace: string };
  readonly alive: boolean;
  readonly left: number;
}

/** The last line: a login shell may have something to say first. */
function parseReport(answer: string): RawReport {
  let value: unknown;
  try {
    value = JSON.parse(answer.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    throw new ProcessReportUnreadable(answer);
  }
  if (!isReport(value)) throw new ProcessReportUnreadable(answer);
  return value;
}

function isReport(value: unknown): value is RawReport {
  if (typeof value !== 'object' || value === null) return false;
  const { place, alive, left } = value as Partial<Record<keyof RawReport, unknown>>;
  if (typeof place !== 'object' || place === null || typeof alive !== 'boolean' || !Number.isSafeInteger(left)) return false;
  const { machineId, bootId, pidNamespace } = place as Record<string, unknown>;
  return [machineId, bootId, pidNamespace].every((text) => typeof text === 'string');
}
