import {
  findQueueSight,
  listUnfinishedUnits,
  noteExecutorError,
  settleUnits,
  type BatchAttempt,
  type EngineBatch,
  type NextLook,
  type UnfinishedUnit,
} from '@fractal-server/database';
import { decodeLeniently } from '@fractal-server/domain';
import { BundleRefused, bundledNames, PARTS_START, type AttemptLook, type UnitResult } from '@fractal-server/execution';
import { cleanStderr, slurmFiles } from '@fractal-server/slurm';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isEnding, type BatchStep } from '../batches/batch-step.js';
import { isOwnEnd, settledUnit } from '../batches/settled-unit.js';
import { closeOverAttempt, turnsAtOnce, unfinishedUnit, type AttemptEnd } from '../batches/settle-batch.js';
import { unitStem } from '../batches/unit-stem.js';
import { engineFailPoints } from '../fail-points.js';
import { SHUTDOWN_TEXT } from '../runs/unit-failure.js';
import { decideSlurmUnits } from './slurm-outcome.js';
import { clusterTaskFolder, localAttemptFolder, onCluster, ownerOf, prefixOf, type SlurmStep } from './slurm-step.js';

/** The step of a batch whose attempt is over, after a crash: looks again at what it left, and brings it home. */
export async function fetchSlurmBatch(batchStep: BatchStep, attempt: BatchAttempt): Promise<NextLook> {
  const step = await onCluster(batchStep);
  return bringHome(step, attempt, await readAll(step, attempt));
}

/**
 * Brings home what an attempt that is over has left, and decides about the units without a result: they fail with what SLURM says, or run in a
 * new attempt. Repeating it is harmless.
 * @param look the last one, after the end of the attempt
 */
export async function bringHome(step: SlurmStep, attempt: BatchAttempt, look: AttemptLook): Promise<NextLook> {
  const { context, batch } = step;
  const sight = await findQueueSight(context.database, attempt.id);
  const slurmJobId = attempt.slurmJobId ?? sight?.slurmJobId ?? null;
  engineFailPoints.before('fetch');
  const errorText = await fetchFiles(step, attempt, look, slurmJobId);
  engineFailPoints.after('fetch');
  const { unfinished, whole } = await settleRest(step, attempt, look);
  const over = { look: whole, sight, errorText };
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

/**
 * Fetches logs, arguments and outputs of the units and what the SLURM job itself printed: in one bundle, or one by one where its runner did not get
 * to make one. @returns what of the job's stderr people should see (contract: slurm.md 8.5)
 */
async function fetchFiles(step: SlurmStep, attempt: BatchAttempt, look: AttemptLook, slurmJobId: string | null): Promise<string | null> {
  const { batch, cluster, lease } = step;
  const unitNames =
    look.claim.kind === 'owned' ? bundledNames(batchIndices(batch).map((index) => unitStem(batch, index))) : new Set<string>();
  const { out, err } = slurmFiles(prefixOf(batch));
  const jobNames = slurmJobId === null ? [] : [out(slurmJobId), err(slurmJobId)];
  const isBundled = await fetchBundle(step, attempt, look, new Set([...unitNames, ...jobNames]));
  // SLURM adds its own last words when it ends a job, after the bundle was made.
  const missing = [...(isBundled ? [] : unitNames), ...(isBundled && look.end?.reason === 'completed' ? [] : jobNames)];
  if (missing.length > 0) {
    const request = { folder: clusterTaskFolder(batch), names: missing, localTaskFolder: batch.folder };
    await cluster.attempts.fetchFiles(request, await lease.beforeEffect());
  }
  return slurmJobId === null ? null : readErrorText(join(batch.folder, err(slurmJobId)));
}

async function fetchBundle(step: SlurmStep, attempt: BatchAttempt, look: AttemptLook, names: ReadonlySet<string>): Promise<boolean> {
  const { batch, cluster, lease, context } = step;
  if (look.end === null || look.bundleBytes === null) return false;
  const { folder } = attempt;
  const request = {
    folder,
    bytes: look.bundleBytes,
    scratchFolder: localAttemptFolder(batch, attempt),
    localTaskFolder: batch.folder,
    names,
  };
  try {
    await cluster.attempts.fetchBundle(request, await lease.beforeEffect());
    return true;
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    context.logger.warn(
      { job: batch.jobId, batch: batch.id, error: error.message },
      'a bundle is not as its runner left it; single files are fetched',
    );
    return false;
  }
}

async function readErrorText(path: string): Promise<string | null> {
  try {
    return cleanStderr(decodeLeniently(await readFile(path)))?.slice(0, MAX_ERROR_TEXT) ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Of a SLURM job's stderr so much is kept with the job. */
const MAX_ERROR_TEXT = 100_000;

/**
 * Settles what could not be settled while the batch ran: results whose output had to be fetched first, and what the runner could not close. Where
 * nothing is missing, nothing is read again.
 */
async function settleRest(
  step: SlurmStep,
  attempt: BatchAttempt,
  look: AttemptLook,
): Promise<{ readonly unfinished: UnfinishedUnit[]; readonly whole: AttemptLook }> {
  const { context, batch, lease } = step;
  const before = await listUnfinishedUnits(context.database, batch.id);
  if (before.length === 0 || look.claim.kind !== 'owned') return { unfinished: before, whole: look };
  const whole = await readAll(step, attempt);
  const units = await Promise.all(whole.results.filter(isOwnEnd).map((result) => settledUnit(batch, result)));
  if (units.length === 0) return { unfinished: before, whole };
  await lease.transaction((tx) =>
    settleUnits(tx, {
      ...{ batchId: batch.id, runId: batch.runId, units, position: batch.results },
      ...{ startedCount: 0, turnStatuses: turnsAtOnce(batch) },
    }),
  );
  return { unfinished: await listUnfinishedUnits(context.database, batch.id), whole };
}

function batchIndices({ position, unitCount, spec }: EngineBatch): number[] {
  const first = position * ((spec.get('unitsPerName') as number | null) ?? 0);
  return Array.from({ length: unitCount }, (_, index) => first + index);
}
