import { settleUnits, type BatchAttempt, type EngineBatch, type ResultsPosition, type SettledUnit } from '@fractal-server/database';
import {
  cleanText,
  decodeLeniently,
  NON_PARALLEL_STEM,
  parallelStem,
  readInitOutput,
  readTaskOutput,
  unitFiles,
  type UnitOutcome,
} from '@fractal-server/domain';
import { readProgress, type UnitResult } from '@fractal-server/execution';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineFailPoints } from '../fail-points.js';
import type { BatchStep } from './batch-step.js';
import { turnsAtOnce } from './settle-batch.js';

/** Of a failed unit's log so much is kept in the database, for the case that the task removes its files. */
const KEPT_TAIL = 1_000;
/** A larger output file is not read: the unit fails. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Settles what the runner has written since the last look: one statement for all results, however many. A unit that was ended, or that
 * failed for lack of disk, waits for the end of the attempt: whether it fails or runs again is decided there.
 * @returns the batch as it stands now
 */
export async function settleProgress(step: BatchStep, attempt: BatchAttempt): Promise<EngineBatch> {
  let { batch } = step;
  for (;;) {
    const news = await readProgress(attempt.folder, batch.results);
    const position: ResultsPosition = news.cursor;
    if (position.offset === batch.results.offset) return batch;
    const units = await Promise.all(news.results.filter(isOwnEnd).map((result) => settledUnit(batch, result)));
    engineFailPoints.before('progress');
    await step.lease.transaction((tx) =>
      settleUnits(tx, {
        batchId: batch.id,
        runId: batch.runId,
        units,
        position,
        startedCount: news.started.length,
        turnStatuses: turnsAtOnce(batch),
      }),
    );
    engineFailPoints.after('progress');
    batch = { ...batch, results: position };
    if (!news.more) return batch;
  }
}

/** Whether the unit ended by itself; otherwise its site ended it. */
function isOwnEnd({ stopped, diskFull }: UnitResult): boolean {
  return !stopped && !diskFull;
}

async function settledUnit(batch: EngineBatch, result: UnitResult): Promise<SettledUnit> {
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
      return readOutputFile(outputPath(batch, unit));
  }
}

function outputPath(batch: EngineBatch, index: number): string {
  const isParallel = batch.phase === 'parallel' || batch.phase === 'compute';
  const stem = isParallel ? parallelStem(index, batch.spec.get('batchSize') as number | null) : NON_PARALLEL_STEM;
  return join(batch.folder, unitFiles(stem).metadiff);
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
