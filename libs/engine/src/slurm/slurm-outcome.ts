import type { BatchAttempt, EngineBatch, QueueSight, UnfinishedUnit } from '@fractal-server/database';
import type { AttemptLook } from '@fractal-server/execution';
import { describeEnd, phaseOf, stateWord } from '@fractal-server/slurm';
import { decideLostUnits, type LostAttempt } from '../batches/lost-units.js';
import type { AttemptEnd } from '../batches/settle-batch.js';

/** An attempt on a cluster that is over. */
export interface OverSlurmAttempt {
  readonly look: AttemptLook;
  /** What SLURM was last seen to say of its job. */
  readonly sight: QueueSight | null;
  /** What the SLURM job wrote to stderr, where that is worth reading. */
  readonly errorText: string | null;
}

/** Seconds until a lost attempt is followed by a new one, times the number of the attempt: what made it fail may last for a while. */
const AGAIN_SECONDS = 5;
const MAX_AGAIN_SECONDS = 300;

/**
 * What becomes of the units that an attempt on a cluster left without a result (design promise 3). Where the site is at fault (a node failed, the
 * job was preempted or forgotten) units that had not started run in a new attempt, always. After a limit of the job's own or an admin's `scancel`
 * they fail like those that had started, with SLURM's word. A resource may have all of them tried again.
 */
export function decideSlurmUnits(
  batch: EngineBatch,
  attempt: BatchAttempt,
  over: OverSlurmAttempt,
  unfinished: readonly UnfinishedUnit[],
): AttemptEnd {
  const { look } = over;
  const isClaimed = look.claim.kind === 'owned';
  const started = isClaimed ? startedUnits(look, unfinished) : new Set<number>();
  const end = decideLostUnits(batch, attempt, isClaimed ? lostAttempt(over) : unclaimedAttempt(over), unfinished, started);
  return end.isRepeated && end.repeatAfterSeconds === 0 ? { ...end, repeatAfterSeconds: againAfter(attempt) } : end;
}

function lostAttempt({ look, sight, errorText }: OverSlurmAttempt): LostAttempt {
  const { end } = look;
  const slurmState = endOf(sight);
  const isSlurmsWord = end === null || end.reason === 'terminated';
  if (!isSlurmsWord) return { state: 'ended', reason: end.reason, countsAllAsStarted: false };
  return {
    state: end === null ? 'lost' : 'ended',
    reason: slurmState ?? end?.reason ?? 'forgotten by SLURM',
    text: `${slurmState === null && end !== null ? ENDED_BY_SOMEBODY : describeSight(sight)}${quoted(errorText)}`,
    countsAllAsStarted: end === null && look.startedBelow === null,
    isOwnFault: !isSiteFault(slurmState),
  };
}

const ENDED_BY_SOMEBODY = 'The SLURM job was ended, and SLURM does not show why.';

/** No runner came to life under the attempt's name, and none can any more. */
function unclaimedAttempt({ sight, errorText }: OverSlurmAttempt): LostAttempt {
  const slurmState = endOf(sight);
  return {
    state: 'revoked',
    reason: slurmState ?? 'not in SLURM',
    text: `The SLURM job ended before its units could start. ${describeSight(sight)}${quoted(errorText)}`,
    countsAllAsStarted: false,
    isOwnFault: !isSiteFault(slurmState),
  };
}

/**
 * The runner starts units in the order in which it was told them: those that had no result when it was. A watermark is above the truth where units
 * are short; the end marker knows.
 */
function startedUnits({ results, startedBelow, end }: AttemptLook, unfinished: readonly UnfinishedUnit[]): Set<number> {
  const told = new Set([...results.map(({ unit }) => unit), ...unfinished.map(({ index }) => index)]);
  return new Set([...told].sort((a, b) => a - b).slice(0, end?.started ?? startedBelow ?? told.size));
}

/** Whether SLURM ended the job for a reason of the site's own, or does not know it any more. */
function isSiteFault(slurmState: string | null): boolean {
  return slurmState === null || ['NODE_FAIL', 'PREEMPTED', 'BOOT_FAIL', 'REVOKED'].includes(stateWord(slurmState));
}

/** SLURM's word for the job's end; null where it has forgotten the job, whatever its state was when it was last seen. */
function endOf(sight: QueueSight | null): string | null {
  const state = sight?.slurmState ?? null;
  return state !== null && phaseOf(state) === 'ended' ? state : null;
}

function describeSight(sight: QueueSight | null): string {
  const state = endOf(sight);
  if (state === null && sight?.verdict === 'unknown') return 'SLURM does not show the job, and its unit runner gives no sign of life.';
  if (state === null) return 'SLURM does not know the job any more, and its unit runner left no end marker.';
  return `SLURM says ${describeEnd({ state, reason: sight?.slurmReason ?? null })}.`;
}

/** The end of what the SLURM job wrote to stderr: there SLURM says more than by a word, for example how much memory was too much. */
function quoted(errorText: string | null): string {
  return errorText === null ? '' : `\n${errorText.trimEnd().slice(-MAX_QUOTED)}`;
}

const MAX_QUOTED = 2_000;

function againAfter({ number }: BatchAttempt): number {
  return Math.min(number * AGAIN_SECONDS, MAX_AGAIN_SECONDS);
}
