import type { EndedUnit, UnitFailure } from '@fractal-server/database';
import {
  commandFailure,
  decodeLeniently,
  isLogWorthReading,
  JobFailure,
  unfinishedFailure,
  type JobFailureCode,
  type JsonObject,
  type UnitLog,
} from '@fractal-server/domain';
import { readFile, stat } from 'node:fs/promises';

/** Why units of a cancelled job fail that had not finished (contract: slurm.md 9). */
export const SHUTDOWN_TEXT = 'Task failed because of shutdown: the job was cancelled before this unit had finished.';

/** The failure of a unit as the job's log tells it, with the unit's own log. */
export async function describeFailure(unit: EndedUnit): Promise<JobFailure> {
  const failure = fromStored(unit.failure);
  switch (failure?.kind) {
    case 'exit': {
      const exit = failure.signal === null ? { exitCode: failure.exitCode ?? 1 } : { signal: failure.signal };
      return commandFailure(exit, await readLog(unit.logfile, failure.logTail));
    }
    case 'start':
      return new JobFailure('task_failed', failure.text, 'unit');
    case 'output':
      return new JobFailure(failure.code, failure.text, 'unit');
    case 'unfinished':
      return unfinishedFailure(failure.text);
    case undefined:
      return unfinishedFailure('The unit has no result.');
  }
}

/** The log as it is on disk, or the end of it that the runner handed over, where the task removed its files. */
async function readLog(path: string, tail: string): Promise<UnitLog> {
  try {
    const { size } = await stat(path);
    return isLogWorthReading(size) ? decodeLeniently(await readFile(path)) : { sizeBytes: size };
  } catch {
    return tail;
  }
}

function fromStored(stored: EndedUnit['failure']): UnitFailure | null {
  if (stored === null) return null;
  const fields = stored as JsonObject;
  const number = (name: string): number | null => {
    const value = fields.get(name);
    return typeof value === 'number' ? value : null;
  };
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  const kind = text('kind') as UnitFailure['kind'];
  switch (kind) {
    case 'exit':
      return { kind, exitCode: number('exitCode'), signal: number('signal'), logBytes: number('logBytes') ?? 0, logTail: text('logTail') };
    case 'start':
    case 'unfinished':
      return { kind, text: text('text') };
    case 'output':
      return { kind, code: text('code') as JobFailureCode, text: text('text') };
  }
}
