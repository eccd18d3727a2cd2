import { listUnfinishedUnits, type BatchAttempt, type NextLook } from '@fractal-server/database';
import { stringifyJson } from '@fractal-server/domain';
import {
  attemptFiles,
  endAttempt,
  hasAllLines,
  observeAttempt,
  parseOwner,
  readProgress,
  RESULTS_START,
  type AttemptSight,
  type EndedAttempt,
  type EndMarker,
  type Owner,
} from '@fractal-server/execution';
import { SHUTDOWN_TEXT } from '../runs/unit-failure.js';
import { isEnding, type BatchStep } from '../batches/batch-step.js';
import { settleProgress } from './settle-progress.js';
import { closeOverAttempt, unfinishedUnit } from '../batches/settle-batch.js';
import { decideLostUnits, type LostAttempt } from '../batches/lost-units.js';

/** Seconds between two looks at a live batch; while this process watches it, it puts them off (see `BatchWatches`). */
export const LIVE_SECONDS = 5;
/** Seconds for which promised lines of results are waited for: a network file system may show them late (engine rules, 4). */
const GRACE_SECONDS = 60;

/** Looks at the attempt that runs: settles what is new, and closes it when it is over. */
export async function lookAtLocalAttempt(step: BatchStep, attempt: BatchAttempt): Promise<NextLook> {
  const { context, lease, batch } = step;
  const owner = parseOwner(attempt.folder, stringifyJson(attempt.owner));
  if (isEnding(batch)) return endLive(step, attempt, owner);
  const sight = await observeAttempt(context.host, attempt.folder, context.place, await lease.beforeEffect(), owner);
  const settled = await settleProgress(step, attempt);
  const now: BatchStep = { context, lease, batch: settled };
  switch (sight.state) {
    case 'running':
      context.watches.watch(batch.id, attempt.folder, owner);
      context.slots.changed();
      return { afterSeconds: LIVE_SECONDS };
    case 'ended':
      return closeEnded(now, attempt, sight.marker);
    case 'lost':
      return closeLost(now, attempt, owner, sight);
    case 'unknown':
      return afterPlaceIsLost(now, attempt, owner);
    case 'unclaimed':
    case 'revoked':
      throw new Error(`attempt ${attempt.name} was claimed and is ${sight.state} now`);
  }
}

/** The job is to end: every process of the attempt is ended, what had finished keeps its result. */
async function endLive(step: BatchStep, attempt: BatchAttempt, owner: Owner): Promise<NextLook> {
  const { context } = step;
  const ended = await endProcesses(step, attempt, owner);
  if (ended.kind === 'elsewhere') return afterPlaceIsLost(step, attempt, owner);
  const batch = await settleProgress(step, attempt);
  const unfinished = await listUnfinishedUnits(context.database, batch.id);
  const failed = unfinished.map(({ index }) => unfinishedUnit(index, SHUTDOWN_TEXT));
  const end = { state: 'ended', reason: 'stopped', failed, isRepeated: false, repeatAfterSeconds: 0 } as const;
  return closeOverAttempt({ ...step, batch }, attempt, end);
}

/** Ends every process of the attempt, if it runs at this place. */
async function endProcesses({ context, lease }: BatchStep, { folder, token }: BatchAttempt, knownOwner: Owner): Promise<EndedAttempt> {
  const calls = await lease.beforeEffect();
  return endAttempt(context.host, { folder, token, here: context.place, knownOwner, calls, signal: lease.signal });
}

async function closeEnded(step: BatchStep, attempt: BatchAttempt, marker: EndMarker): Promise<NextLook> {
  const { context, lease, batch } = step;
  if (!hasAllLines(marker, batch.results)) {
    const seen = await context.host.stat(attemptFiles(attempt.folder).end, await lease.beforeEffect());
    const isRecent = seen !== null && Date.now() - seen.modifiedAt.getTime() < GRACE_SECONDS * 1_000;
    if (isRecent) return { afterSeconds: 1, waitingReason: 'results that the unit runner wrote are not visible yet' };
  }
  return closeOver(step, attempt, { state: 'ended', reason: marker.reason, countsAllAsStarted: false });
}

async function closeLost(
  step: BatchStep,
  attempt: BatchAttempt,
  owner: Owner,
  sight: Extract<AttemptSight, { state: 'lost' }>,
): Promise<NextLook> {
  // Units of a dead runner may still run: none may be left when they are failed or repeated.
  await endProcesses(step, attempt, owner);
  const batch = await settleProgress(step, attempt);
  return closeOver({ ...step, batch }, attempt, {
    state: 'lost',
    reason: sight.reason,
    countsAllAsStarted: sight.reason === 'place restarted',
  });
}

/** Nothing is concluded about an attempt of another place, until the job has waited long enough to give the place up. */
async function afterPlaceIsLost(step: BatchStep, attempt: BatchAttempt, owner: Owner): Promise<NextLook> {
  if (step.batch.observedState !== 'place lost') {
    return { afterSeconds: 60, waitingReason: `runs on ${owner.host}, no worker there` };
  }
  return closeOver(step, attempt, { state: 'lost', reason: 'place lost', countsAllAsStarted: true });
}

/** The attempt is over. Units without a result of their own fail, or run in a new attempt. */
async function closeOver(step: BatchStep, attempt: BatchAttempt, over: LostAttempt): Promise<NextLook> {
  const unfinished = await listUnfinishedUnits(step.context.database, step.batch.id);
  const started = unfinished.length === 0 ? new Set<number>() : await startedUnits(attempt.folder);
  return closeOverAttempt(step, attempt, decideLostUnits(step.batch, attempt, over, unfinished, started));
}

async function startedUnits(folder: string): Promise<Set<number>> {
  const started = new Set<number>();
  let cursor = RESULTS_START;
  for (;;) {
    const progress = await readProgress(folder, cursor);
    progress.started.forEach((index) => started.add(index));
    cursor = progress.cursor;
    if (!progress.more) return started;
  }
}
