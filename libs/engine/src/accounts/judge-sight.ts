import type { AskedAttempt, NewQueueSight, QueueWitness } from '@fractal-server/database';
import { phaseOf, type SacctRow, type SqueueRow } from '@fractal-server/slurm';
import type { ControllerAnswer } from './slurm-answers.js';

/** When absence begins to mean something. */
export interface AbsenceRules {
  /** A submission that nobody has seen may still be on its way for so many seconds (engine rules, 7). */
  readonly settleSeconds: number;
  /** Seconds between two looks that must agree that the controller does not know a job. */
  readonly confirmSeconds: number;
}

/** 180 s that sbatch may live on, and twice SLURM's usual `MessageTimeout`; a minute between two confirmations. */
export const ABSENCE_RULES: AbsenceRules = { settleSeconds: 200, confirmSeconds: 60 };

/** What the queue says of an attempt. @returns null when it does not show it, which proves nothing yet */
export function judgeByQueue(attempt: AskedAttempt, rows: readonly SqueueRow[]): NewQueueSight | null {
  const own = rows.filter((row) => isOf(attempt, row));
  // Of several under one name all but one find the claim taken and end at once: as long as any is there, the attempt is.
  const row = own.find(({ state }) => !hasEnded(state)) ?? own.at(-1);
  if (row === undefined) return null;
  return sightOf(attempt, 'squeue', { exitCode: null, ...row });
}

/** What the accounting says of an attempt that the queue does not show. @returns null unless it knows the job's end */
export function judgeByAccounting(attempt: AskedAttempt, rows: readonly SacctRow[]): NewQueueSight | null {
  const own = rows.filter((row) => isOf(attempt, row) && !isOfOtherTime(attempt, row));
  const row = own.at(-1);
  // A record that is open may lag behind, or be of a job that the controller has forgotten.
  if (row === undefined || own.some(({ state }) => !hasEnded(state))) return null;
  const exitCode = `${row.exitCode ?? 0}:${row.signal ?? 0}`;
  return sightOf(attempt, 'sacct', { ...row, startsAt: attempt.sight?.startTime ?? null, exitCode });
}

/** Twice SLURM's usual `MessageTimeout`: so long what `sbatch` has sent may wait at the controller after `sbatch` has ended. */
const MESSAGE_SECONDS = 20;

/** Whether absence can mean anything: the job was seen, or has the claim, or nothing of its submission can still be on its way. */
export function mayBeGone(attempt: AskedAttempt, { settleSeconds }: AbsenceRules): boolean {
  if (idOf(attempt) !== null || attempt.submittedSeconds >= settleSeconds) return true;
  return attempt.submissionEndedSeconds !== null && attempt.submissionEndedSeconds >= MESSAGE_SECONDS;
}

/** Whether the controller has to be asked now: there is no word of it yet, or the first one is old enough for the second. */
export function isConfirmationDue({ sight }: AskedAttempt, { confirmSeconds }: AbsenceRules): boolean {
  const missing = sight?.missingSeconds ?? null;
  return missing === null || missing >= confirmSeconds;
}

/** What follows from the controller's word about an attempt that neither queue nor accounting shows: gone when it did not know it twice. */
export function judgeByController(attempt: AskedAttempt, answer: ControllerAnswer, { confirmSeconds }: AbsenceRules): NewQueueSight {
  switch (answer.kind) {
    case 'known job':
      return sightOf(attempt, 'controller', { startsAt: null, exitCode: null, ...answer });
    case 'no answer':
      return doubtful(attempt, `not in the queue, but this proves nothing: ${answer.why}`);
    case 'unknown job': {
      const missing = attempt.sight?.missingSeconds ?? null;
      if (missing === null || missing < confirmSeconds) {
        return { ...doubtful(attempt, 'not in the queue any more; this is looked at again before it counts'), isMissing: true };
      }
      return { ...doubtful(attempt, null), verdict: 'gone', witness: 'controller', isMissing: true };
    }
  }
}

/** Nothing is known: what was seen before stays. @param doubt why, for people */
export function doubtful({ id, sight }: AskedAttempt, doubt: string | null): NewQueueSight {
  return {
    attemptId: id,
    verdict: 'unknown',
    witness: sight?.witness ?? null,
    slurmJobId: sight?.slurmJobId ?? null,
    slurmState: sight?.slurmState ?? null,
    slurmReason: sight?.slurmReason ?? null,
    doubt,
    submitTime: sight?.submitTime ?? null,
    startTime: sight?.startTime ?? null,
    exitCode: sight?.exitCode ?? null,
    isMissing: (sight?.missingSeconds ?? null) !== null,
  };
}

/** The id to ask the controller for: that of the claim, else the one that was answered or seen. */
export function idOf({ ownerJobId, answeredJobId, sight }: AskedAttempt): string | null {
  return ownerJobId ?? answeredJobId ?? sight?.slurmJobId ?? null;
}

/** Ids are given again when the controller forgets: they count together with the name only. Once claimed, only the owner's job counts. */
function isOf({ name, ownerJobId }: AskedAttempt, row: { readonly name: string; readonly slurmJobId: string }): boolean {
  return row.name === name && (ownerJobId === null || row.slurmJobId === ownerJobId);
}

function isOfOtherTime({ sight }: AskedAttempt, { slurmJobId, submittedAt }: SacctRow): boolean {
  return sight?.slurmJobId === slurmJobId && sight.submitTime !== null && submittedAt !== null && submittedAt !== sight.submitTime;
}

/** Any other word is a job that is there, also one that is newer than we are. */
function hasEnded(state: string): boolean {
  return phaseOf(state) === 'ended';
}

interface Seen {
  readonly slurmJobId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly submittedAt: string | null;
  readonly startsAt: string | null;
  readonly exitCode: string | null;
}

function sightOf({ id, sight }: AskedAttempt, witness: QueueWitness, seen: Seen): NewQueueSight {
  return {
    attemptId: id,
    verdict: hasEnded(seen.state) ? 'gone' : 'present',
    witness,
    slurmJobId: seen.slurmJobId,
    slurmState: seen.state,
    slurmReason: seen.reason,
    doubt: null,
    submitTime: seen.submittedAt ?? (sight?.slurmJobId === seen.slurmJobId ? sight.submitTime : null),
    startTime: seen.startsAt,
    exitCode: seen.exitCode,
    isMissing: false,
  };
}
