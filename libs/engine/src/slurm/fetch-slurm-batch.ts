import {
  findQueueSight,
  listUnfinishedUnits,
  noteExecutorError,
  settleUnits,
  type BatchAttempt,
  type EngineBatch,
  type NextLook,
} from '@fractal-server/database';
import { decodeLeniently } from '@fractal-server/domain';
import { BundleRefused, bundledNames, PARTS_START, type AttemptLook, type UnitResult } from '@fractal-server/execution';
import { batchPrefix, cleanStderr, slurmFiles } from '@fractal-server/slurm';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isEnding, type BatchStep } from '../batches/batch-step.js';
import { isOwnEnd, settledUnit } from '../batches/settled-unit.js';
import { closeOverAttempt, turnsAtOnce, unfinishedUnit, type AttemptEnd } from '../batches/settle-batch.js';
import { unitStem } from '../batches/unit-stem.js';
import { engineFailPoints } from '../fail-points.js';
import { SHUTDOWN_TEXT } from '../runs/unit-failure.js';
import { decideSlurmUnits } from './slurm-outcome.js';
import { clusterTaskFolder, isParallelPart, localAttemptFolder, onCluster, ownerOf, type SlurmStep } from './slurm-step.js';

/**
 * Brings home what an attempt that is over has left, and decides about the units without a result: they fail with what SLURM says, or run in a
 * new attempt. Repeating it after a crash reads everything again.
 */
export async function fetchSlurmBatch(batchStep: BatchStep, attempt: BatchAttempt): Promise<NextLook> {
  const step = await onCluster(batchStep);
  const { context, batch } = step;
  const sight = await findQueueSight(context.database, attempt.id);
  const look = await readAll(step, attempt);
  const slurmJobId = attempt.slurmJobId ?? sight?.slurmJobId ?? null;
  engineFailPoints.before('fetch');
  await fetchUnitFiles(step, attempt, look);
  const errorText = slurmJobId === null ? null : await fetchSlurmOutput(step, slurmJobId);
  engineFailPoints.after('fetch');
  await settleRest(step, look.results);
  const unfinished = await listUnfinishedUnits(context.database, batch.id);
  const over = { look, sight, errorText };
  const end: AttemptEnd = isEnding(batch)
    ? {
        ...decideSlurmUnits(batch, attempt, over, []),
        failed: unfinished.map(({ index }) => unfinishedUnit(index, SHUTDOWN_TEXT)),
        isRepeated: false,
      }
    : decideSlurmUnits(batch, attempt, over, unfinished);
  return closeOverAttempt(step, attempt, end, async (tx) => {
    if (errorText !== null) await noteExecutorError(tx, batch.jobId, errorText);
  });
}

/** All results of the attempt, from its first, with what its runner could not close. */
async function readAll({ cluster, lease }: SlurmStep, attempt: BatchAttempt): Promise<AttemptLook> {
  const results: UnitResult[] = [];
  let cursor = PARTS_START;
  for (;;) {
    const request = { folder: attempt.folder, cursor, knownOwner: ownerOf(attempt), isOver: true };
    const look = await cluster.attempts.look(request, await lease.beforeEffect());
    results.push(...look.results);
    if (!look.more) return { ...look, results };
    cursor = look.cursor;
  }
}

/** Logs, arguments and outputs of the units: in one bundle, or one by one where its runner did not get to make one. */
async function fetchUnitFiles(step: SlurmStep, attempt: BatchAttempt, look: AttemptLook): Promise<void> {
  const { batch, cluster, lease, context } = step;
  if (look.claim.kind !== 'owned') return;
  const names = bundledNames(batchIndices(batch).map((index) => unitStem(batch, index)));
  if (look.end !== null && look.bundleBytes !== null) {
    const request = {
      folder: attempt.folder,
      bytes: look.bundleBytes,
      scratchFolder: localAttemptFolder(batch, attempt),
      localTaskFolder: batch.folder,
      names,
    };
    try {
      await cluster.attempts.fetchBundle(request, await lease.beforeEffect());
      return;
    } catch (error) {
      if (!(error instanceof BundleRefused)) throw error;
      context.logger.warn(
        { job: batch.jobId, batch: batch.id, error: error.message },
        'a bundle is not as its runner left it; single files are fetched',
      );
    }
  }
  await cluster.attempts.fetchFiles(
    { folder: clusterTaskFolder(batch), names: [...names], localTaskFolder: batch.folder },
    await lease.beforeEffect(),
  );
}

/** What the SLURM job itself printed. @returns what of its stderr people should see (contract: slurm.md 8.5) */
async function fetchSlurmOutput({ batch, cluster, lease }: SlurmStep, slurmJobId: string): Promise<string | null> {
  const files = slurmFiles(batchPrefix(isParallelPart(batch) ? 'parallel' : 'single', batch.position));
  const errName = files.err(slurmJobId);
  const request = { folder: clusterTaskFolder(batch), names: [files.out(slurmJobId), errName], localTaskFolder: batch.folder };
  const fetched = await cluster.attempts.fetchFiles(request, await lease.beforeEffect());
  if (!fetched.includes(errName)) return null;
  const text = cleanStderr(decodeLeniently(await readFile(join(batch.folder, errName))));
  return text === null ? null : text.slice(0, MAX_ERROR_TEXT);
}

/** Of a SLURM job's stderr so much is kept with the job. */
const MAX_ERROR_TEXT = 100_000;

/** Results whose output had to be fetched first, and any that were not settled while the batch ran. */
async function settleRest({ batch, lease }: SlurmStep, results: readonly UnitResult[]): Promise<void> {
  const units = await Promise.all(results.filter(isOwnEnd).map((result) => settledUnit(batch, result)));
  if (units.length === 0) return;
  await lease.transaction((tx) =>
    settleUnits(tx, {
      batchId: batch.id,
      runId: batch.runId,
      units,
      position: batch.results,
      startedCount: 0,
      turnStatuses: turnsAtOnce(batch),
    }),
  );
}

function batchIndices({ position, unitCount, spec }: EngineBatch): number[] {
  const first = position * ((spec.get('unitsPerName') as number | null) ?? 0);
  return Array.from({ length: unitCount }, (_, index) => first + index);
}
