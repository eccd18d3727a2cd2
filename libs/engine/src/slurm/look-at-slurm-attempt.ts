import {
  claimAttempt,
  findQueueSight,
  moveBatch,
  settleUnits,
  type BatchAttempt,
  type EngineBatch,
  type NextLook,
  type QueueSight,
} from '@fractal-server/database';
import type { JsonInput } from '@fractal-server/domain';
import { revokeAttempt, type AttemptLook, type Owner } from '@fractal-server/execution';
import { explainReason } from '@fractal-server/slurm';
import { isEnding, type BatchStep } from '../batches/batch-step.js';
import { isOwnEnd, settledUnit } from '../batches/settled-unit.js';
import { turnsAtOnce } from '../batches/settle-batch.js';
import { engineFailPoints } from '../fail-points.js';
import { endSlurmAttempt } from './end-slurm-attempt.js';
import { recordSlurmJob } from './record-slurm-job.js';
import { onCluster, ownerOf, UNTIL_RUNG, type SlurmStep } from './slurm-step.js';

/** Seconds after the end of a SLURM job for which its runner's last words are waited for: a network file system may show them late. */
const GRACE_SECONDS = 60;
/** Seconds between two looks within that time. */
const GRACE_INTERVAL = 3;

/**
 * Looks at an attempt that was handed to SLURM: what the queue was last seen to say, and what its runner wrote. Only evidence moves it on: the
 * runner's end marker, or that SLURM has no such job any more.
 */
export async function lookAtSlurmAttempt(batchStep: BatchStep, attempt: BatchAttempt): Promise<NextLook> {
  const { context, lease, batch } = batchStep;
  const sight = await findQueueSight(context.database, attempt.id);
  const seenId = sight?.verdict === 'present' ? sight.slurmJobId : null;
  if (attempt.slurmJobId === null && seenId !== null) {
    await lease.transaction((tx) => recordSlurmJob(tx, batch, attempt, seenId));
    return 'now';
  }
  if (!mayHaveStarted(attempt, sight) && !isEnding(batch)) return whileItWaits(sight);
  const step = await onCluster(batchStep);
  const isGone = sight?.verdict === 'gone';
  const { look, settled } = await readNews(step, attempt);
  const now: SlurmStep = { ...step, batch: settled };
  if (look.claim.kind === 'owned' && attempt.state === 'named') return noteClaim(now, attempt, look.claim.owner);
  if (look.more) return 'now';
  const isComplete = look.end !== null && !look.isBehind && settled.results.lines >= look.end.lines;
  if (isComplete) return goHome(now);
  if (isGone) return isFinal(look, sight) ? afterDisappearance(now, attempt, look) : { afterSeconds: GRACE_INTERVAL, waitingReason: LATE };
  if (isEnding(batch)) return endSlurmAttempt(now, attempt, sight);
  return { ...UNTIL_RUNG, ...(look.isBehind ? { afterSeconds: GRACE_INTERVAL, waitingReason: LATE } : {}) };
}

const LATE = 'the SLURM job has ended, and what its runner wrote is not visible yet';

/** A job that waits in the queue has nothing to read: its folder is left alone. One that the queue does not show may have come and gone. */
function mayHaveStarted(attempt: BatchAttempt, sight: QueueSight | null): boolean {
  if (attempt.state === 'claimed' || (sight !== null && sight.verdict !== 'present')) return true;
  return sight !== null && sight.slurmState !== null && sight.slurmState !== 'PENDING' && sight.slurmState !== 'CONFIGURING';
}

function whileItWaits(sight: QueueSight | null): NextLook {
  if (sight === null) return UNTIL_RUNG;
  if (sight.doubt !== null) return { ...UNTIL_RUNG, waitingReason: sight.doubt };
  return sight.slurmReason === null ? UNTIL_RUNG : { ...UNTIL_RUNG, waitingReason: explainReason(sight.slurmReason).sentence };
}

/** Reads what is new, and settles it with one statement, however many units it is about. */
async function readNews(step: SlurmStep, attempt: BatchAttempt): Promise<{ look: AttemptLook; settled: EngineBatch }> {
  const { batch, cluster, lease } = step;
  const cursor = { parts: batch.results.offset, lines: batch.results.lines };
  const look = await cluster.attempts.look({ folder: attempt.folder, cursor, knownOwner: ownerOf(attempt) }, await lease.beforeEffect());
  const position = { offset: look.cursor.parts, lines: look.cursor.lines };
  // A large output comes with the files of the batch.
  const known = look.results.filter((result) => isOwnEnd(result) && result.output.kind !== 'file');
  if (known.length === 0 && position.offset === batch.results.offset) return { look, settled: batch };
  const units = await Promise.all(known.map((result) => settledUnit(batch, result)));
  engineFailPoints.before('progress');
  await lease.transaction((tx) =>
    settleUnits(tx, { batchId: batch.id, runId: batch.runId, units, position, startedCount: 0, turnStatuses: turnsAtOnce(batch) }),
  );
  engineFailPoints.after('progress');
  return { look, settled: { ...batch, results: position } };
}

async function noteClaim({ lease, batch }: SlurmStep, attempt: BatchAttempt, owner: Owner): Promise<NextLook> {
  await lease.transaction(async (tx) => {
    await claimAttempt(tx, attempt.id, owner as unknown as JsonInput);
    if (owner.slurmJobId !== null && attempt.slurmJobId === null) await recordSlurmJob(tx, batch, attempt, owner.slurmJobId);
  });
  return 'now';
}

/** The SLURM job is gone, and its runner left no end marker. Whether one may still become visible. */
function isFinal(look: AttemptLook, sight: QueueSight): boolean {
  // Nobody has claimed it: what takes the claim now decides for good, whatever becomes visible later.
  return look.claim.kind !== 'owned' || sight.changedSeconds >= GRACE_SECONDS;
}

async function afterDisappearance(step: SlurmStep, attempt: BatchAttempt, look: AttemptLook): Promise<NextLook> {
  if (look.claim.kind === 'owned') return goHome(step);
  const claim = await revokeAttempt(step.cluster.commands, attempt.folder, await step.lease.beforeEffect());
  return claim.kind === 'owned' ? noteClaim(step, attempt, claim.owner) : goHome(step);
}

/** The attempt is over; its files are fetched next. */
async function goHome({ lease, batch }: SlurmStep): Promise<NextLook> {
  await lease.transaction((tx) => moveBatch(tx, batch.id, 'live', 'gone'));
  return 'now';
}
