import type { EngineBatch, SettledUnit } from '@fractal-server/database';
import { cleanText, decodeLeniently, readInitOutput, readTaskOutput, unitFiles, type UnitOutcome } from '@fractal-server/domain';
import type { UnitResult } from '@fractal-server/execution';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unitStem } from './unit-stem.js';

/** Of a failed unit's log so much is kept in the database, for the case that the task removes its files. */
const KEPT_TAIL = 1_000;
/** A larger output file is not read: the unit fails. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Whether the unit ended by itself; otherwise its site ended it, and whether it fails or runs again is decided with the attempt's end. */
export function isOwnEnd({ stopped, diskFull }: UnitResult): boolean {
  return !stopped && !diskFull;
}

/** What a unit's result means for its row. A large output is read from the task's folder on the server's side. */
export async function settledUnit(batch: EngineBatch, result: UnitResult): Promise<SettledUnit> {
  const { unit: index, hasWarnings, startError, exitCode, signal, logBytes, logTail } = result;
  if (startError !== null) return { index, hasWarnings, failure: { kind: 'start', text: cleanText(startError) }, output: null };
  if (exitCode !== 0) {
    const tail = cleanText((logTail ?? '').slice(-KEPT_TAIL));
    return { index, hasWarnings, failure: { kind: 'exit', exitCode, signal, logBytes, logTail: tail }, output: null };
  }
  const text = await outputText(batch, result);
  const outcome: UnitOutcome<unknown> = batch.phase === 'init' ? readInitOutput(text) : readTaskOutput(text);
  if (outcome.ok) return { index, hasWarnings, failure: null, output: saysNothing(text) ? null : text };
  const { code, message } = outcome.failure;
  return { index, hasWarnings, failure: { kind: 'output', code, text: cleanText(message) }, output: null };
}

/** Most units of large runs say nothing; they cost no row. */
function saysNothing(text: string | null): boolean {
  return text === null || /^\s*(null|\{\s*\})\s*$/.test(text);
}

async function outputText(batch: EngineBatch, { unit, output }: UnitResult): Promise<string | null> {
  switch (output.kind) {
    case 'absent':
      return null;
    case 'inline':
      return output.text;
    case 'file':
      return readOutputFile(join(batch.folder, unitFiles(unitStem(batch, unit)).metadiff));
  }
}

/** What is no text becomes a text that is no JSON: the unit fails with that, whatever the file was. */
async function readOutputFile(path: string): Promise<string | null> {
  try {
    const bytes = await readFile(path);
    return bytes.length > MAX_OUTPUT_BYTES ? `(${bytes.length} bytes)` : decodeLeniently(bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'EISDIR' || code === 'ERR_FS_FILE_TOO_LARGE') return '(not a file that can be read)';
    throw error;
  }
}
