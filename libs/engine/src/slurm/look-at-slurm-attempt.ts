import {
  claimAttempt,
  findQueueSight,
  findQueueTrouble,
  moveBatch,
  settleUnits,
  type BatchAttempt,
  type EngineBatch,
  type NextLook,
  type QueueSight,
  type Transaction,
} from '@fractal-server/database';
import { toJson, type JsonInput, type JsonObject } from '@fractal-server/domain';
import { requestStop, revokeAttempt, type AttemptLook, type Owner } from '@fractal-server/execution';
import { explainReason, isOrdinaryWait, phaseOf } from '@fractal-server/slurm';
import { isEnding, type BatchStep } from '../batches/batch-step.js';
import { isOwnEnd, settledUnit } from '../batches/settled-unit.js';
import { turnsAtOnce } from '../batches/settle-batch.js';
import { engineFailPoints } from '../fail-points.js';
import { endSlurmAttempt } from './end-slurm-attempt.js';
import { END_RULES } from './end-rules.js';
import { bringHome } from './fetch-slurm-batch.js';
import { recordSlurmJob } from './record-slurm-job.js';
import { tellWait } from './tell-wait.js';
import { onCluster, ownerOf, UNTIL_RUNG, type SlurmStep } from './slurm-step.js';

/** Seconds between two looks at the files of a SLURM job that has ended. */
const GRACE_INTERVAL = 3;

/**
 * Looks at an attempt that was handed to SLURM: what the queue was last seen to say, and what its runner wrote. Only evidence moves it on: the
 * runner's end marker, or that SLURM has no such job any more.
 */
export async function lookAtSlurmAttempt(batchStep: BatchStep, attempt: BatchAttempt): Promise<NextLook> {
  const { context, lease, batch } = batchStep;
  const sight = await findQueueSight(context.database, attempt.id);
  const seenId = sight?.slurmJobId ?? null;
  // Also one that is over already, perhaps without having claimed anything: it was ours.
  if (attempt.slurmJobId === null && seenId !== null) {
    await engineFailPoints.around('record', () => lease.transaction((tx) => recordSlurmJob(tx, batch, attempt, seenId)));
    return 'now';
  }
  if (!mayHaveStarted(attempt, sight) && !isEnding(batch)) return whileItWaits(batchStep, attempt, sight);
  const step = await onCluster(batchStep);
  const news = await readNews(step, attempt);
  const { look } = news;
  if (look.more) return 'now';
  const now: SlurmStep = { ...step, batch: news.batch };
  if (isWhole(look, news.batch)) return isWordOfSlurmDue(now, look, sight) ? ASKED_TO_END : goHome(now, news.attempt, look);
  if (sight?.verdict === 'gone') return afterDisappearance(now, news.attempt, look, sight);
  if (sight?.verdict === 'unknown' && (await isFenced(now, news.attempt, look))) return goHome(now, news.attempt, look);
  if (isEnding(batch)) return endSlurmAttempt(now, news.attempt, sight);
  return look.isBehind ? { afterSeconds: GRACE_INTERVAL, waitingReason: LATE } : whileItWaits(batchStep, attempt, sight);
}

/** Whether the runner has said its last word, and all that it promises is there. */
function isWhole({ end, isBehind }: AttemptLook, { results }: EngineBatch): boolean {
  return end !== null && !isBehind && results.lines >= end.lines;
}

const LATE = 'the SLURM job has ended, and what its runner wrote is not visible yet';
const ASKED_TO_END: NextLook = { ...UNTIL_RUNG, waitingReason: 'the SLURM job was ended; SLURM has not said yet why' };

/**
 * Whether somebody ended the runner: only SLURM knows why, and whether that was the site's fault or the job's. Where it does not show the job, its
 * word is not waited for longer than a grace time.
 */
function isWordOfSlurmDue({ batch, context }: SlurmStep, { end }: AttemptLook, sight: QueueSight | null): boolean {
  if (end?.reason !== 'terminated' || sight?.verdict === 'gone' || isEnding(batch)) return false;
  const { graceSeconds } = context.endRules ?? END_RULES;
  return sight?.verdict !== 'unknown' || sight.changedSeconds < graceSeconds;
}

/** A job that waits in the queue has nothing to read: its folder is left alone. One that the queue does not show may have come and gone. */
function mayHaveStarted(attempt: BatchAttempt, sight: QueueSight | null): boolean {
  if (attempt.state === 'claimed' || (sight !== null && sight.verdict !== 'present')) return true;
  return sight !== null && sight.slurmState !== null && sight.slurmState !== 'PENDING' && sight.slurmState !== 'CONFIGURING';
}

/** What the queue says of a job that waits, or why nothing is known of it; a job that runs waits for nothing. */
async function whileItWaits(step: BatchStep, attempt: BatchAttempt, sight: QueueSight | null): Promise<NextLook> {
  const { doubt = null, slurmState = null, slurmReason = null } = sight ?? {};
  if (slurmState !== null && doubt === null && phaseOf(slurmState) !== 'waiting') return UNTIL_RUNG;
  const trouble = await findQueueTrouble(step.context.database, attempt.id);
  if (trouble !== null) return { ...UNTIL_RUNG, waitingReason: `the queue cannot be asked: ${trouble}` };
  if (doubt !== null) return { ...UNTIL_RUNG, waitingReason: doubt };
  if (slurmReason === null) return UNTIL_RUNG;
  const { sentence } = explainReason(slurmReason);
  if (!isOrdinaryWait(slurmReason)) await tellWait(step, sentence);
  return { ...UNTIL_RUNG, waitingReason: sentence };
}

/** What was new, and what stands in the rows after it. */
interface News {
  readonly look: AttemptLook;
  readonly batch: EngineBatch;
  readonly attempt: BatchAttempt;
}

/** Reads what is new, and writes it down with one statement, however many units it is about: the claim, and the results. */
async function readNews(step: SlurmStep, attempt: BatchAttempt): Promise<News> {
  const { batch, cluster, lease } = step;
  const cursor = { parts: batch.results.offset, lines: batch.results.lines };
  const request = { folder: attempt.folder, cursor, knownOwner: ownerOf(attempt) };
  const look = await cluster.attempts.look(request, await lease.beforeEffect());
  const position = { offset: look.cursor.parts, lines: look.cursor.lines };
  // A large output comes with the files of the batch.
  const known = look.results.filter((result) => isOwnEnd(result) && result.output.kind !== 'file');
  const owner = attempt.state === 'named' && look.claim.kind === 'owned' ? look.claim.owner : null;
  if (owner === null && position.offset === batch.results.offset) return { look, batch, attempt };
  const units = await Promise.all(known.map((result) => settledUnit(batch, result)));
  engineFailPoints.before('progress');
  await lease.transaction(async (tx) => {
    if (owner !== null) await noteOwner(tx, batch, attempt, owner);
    await settleUnits(tx, {
      ...{ batchId: batch.id, runId: batch.runId, units, position },
      ...{ startedCount: 0, turnStatuses: turnsAtOnce(batch) },
    });
  });
  engineFailPoints.after('progress');
  return { look, batch: { ...batch, results: position }, attempt: owner === null ? attempt : claimedBy(attempt, owner) };
}

/** The owner named in the claim, not sbatch's answer, says which SLURM job is the attempt's. */
async function noteOwner(tx: Transaction, batch: EngineBatch, attempt: BatchAttempt, owner: Owner): Promise<void> {
  await claimAttempt(tx, attempt.id, owner as unknown as JsonInput);
  if (owner.slurmJobId !== null && attempt.slurmJobId !== owner.slurmJobId) await recordSlurmJob(tx, batch, attempt, owner.slurmJobId);
}

function claimedBy(attempt: BatchAttempt, owner: Owner): BatchAttempt {
  const stored = toJson(owner as unknown as JsonInput) as JsonObject;
  return { ...attempt, state: 'claimed', owner: stored, slurmJobId: owner.slurmJobId ?? attempt.slurmJobId };
}

/** The SLURM job is gone, and its runner left no end marker that is visible. */
async function afterDisappearance(step: SlurmStep, attempt: BatchAttempt, look: AttemptLook, sight: QueueSight): Promise<NextLook> {
  switch (look.claim.kind) {
    case 'revoked':
      return goHome(step, attempt, look);
    case 'open': {
      // What takes the claim now decides for good, whatever becomes visible later.
      const claim = await revokeAttempt(step.cluster.commands, attempt.folder, await step.lease.beforeEffect());
      return claim.kind === 'owned' ? 'now' : goHome(step, attempt, { ...look, claim });
    }
    case 'owned': {
      const lives = await whyRunnerMayLive(step, attempt, sight);
      return lives === null ? goHome(step, attempt, look) : { afterSeconds: GRACE_INTERVAL, waitingReason: lives };
    }
  }
}

/**
 * A SLURM job that is gone says nothing of its processes. Before others take over, its runner is asked to end by its folder, its last words are
 * waited for, and no sign of life may be left (engine rules, 4).
 * @returns for people; null when nothing of the attempt lives any more
 */
async function whyRunnerMayLive({ cluster, context, lease }: SlurmStep, attempt: BatchAttempt, sight: QueueSight): Promise<string | null> {
  const { graceSeconds, silenceSeconds } = context.endRules ?? END_RULES;
  if (!context.recentCancels.isRecent(attempt.name)) {
    await requestStop(cluster.commands, attempt.folder, await lease.beforeEffect());
    context.recentCancels.note(attempt.name);
  }
  const beat = await cluster.attempts.readHeartbeat(attempt.folder, await lease.beforeEffect());
  const silence = context.heartbeats.silentMs(attempt.name, beat) / 1_000;
  if (sight.changedSeconds < graceSeconds) return LATE;
  return beat !== null && silence < silenceSeconds ? 'the SLURM job has ended, and its unit runner may still be alive' : null;
}

/** Nobody shows the SLURM job, and its runner has been silent for so long that it has ended itself: the last witness there is. */
async function isFenced({ cluster, context, lease }: SlurmStep, attempt: BatchAttempt, { claim }: AttemptLook): Promise<boolean> {
  if (claim.kind !== 'owned') return false;
  const beat = await cluster.attempts.readHeartbeat(attempt.folder, await lease.beforeEffect());
  return context.heartbeats.silentMs(attempt.name, beat) / 1_000 >= (context.endRules ?? END_RULES).fenceSeconds;
}

/** The attempt is over; what it left is fetched. */
async function goHome(step: SlurmStep, attempt: BatchAttempt, look: AttemptLook): Promise<NextLook> {
  await step.lease.transaction((tx) => moveBatch(tx, step.batch.id, 'live', 'gone'));
  return bringHome({ ...step, batch: { ...step.batch, state: 'gone' } }, attempt, look);
}
