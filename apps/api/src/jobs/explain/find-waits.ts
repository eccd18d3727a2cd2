import type { ExplainedBatch, ExplainedWork, JobExplanation } from '@fractal-server/database';
import type { Wait } from './explanation.schemas.js';

/** Work that is due for so long was seen by no worker: one that sweeps moves it on every second. */
const UNSEEN_MS = 30_000;

/** What the job and its batches wait for, the job's own reasons first; batches with the same reason are one wait. */
export function findWaits(job: JobExplanation, now: Date): readonly Wait[] {
  if (job.status !== 'submitted') return [];
  return [...waitsOfJob(job, now), ...waitsOfBatches(job, now), ...waitsForAccounts(job)];
}

function waitsOfJob(job: JobExplanation, now: Date): Wait[] {
  const { paused, cancelRequestedAt, work } = job;
  const waits: Wait[] = [];
  if (paused !== null) waits.push(wait({ text: `It is paused: ${paused.reason}`, since: paused.since, next_try_at: paused.nextTryAt }));
  if (cancelRequestedAt !== null) waits.push(wait({ text: 'It is being ended, as was asked for', since: cancelRequestedAt }));
  const own = work === null || paused !== null ? null : waitOfWork(work, job, now);
  return own === null ? waits : [...waits, own];
}

function waitsOfBatches(job: JobExplanation, now: Date): Wait[] {
  const waits = new Map<string, Wait>();
  for (const batch of job.batches) {
    const found = waitOfBatch(batch, job, now);
    if (found === null) continue;
    const key = JSON.stringify([found.text, found.slurm_reason]);
    const known = waits.get(key);
    waits.set(key, known === undefined ? found : together(known, found));
  }
  return [...waits.values()];
}

function waitOfBatch(batch: ExplainedBatch, job: JobExplanation, now: Date): Wait | null {
  const { work, attempt, state } = batch;
  const one = { num_batches: 1 };
  const sight = attempt?.sight ?? null;
  if (sight?.verdict === 'present' && sight.slurmState === 'PENDING') {
    const reason = work?.waitingReason ?? sight.slurmReason ?? 'no reason given';
    return wait({
      ...one,
      text: `Queued in SLURM: ${reason}`,
      since: sight.changedAt,
      next_try_at: nextQuestion(job, attempt?.accountId ?? null) ?? work?.nextLookAt ?? null,
      slurm_reason: sight.slurmReason,
      estimated_start: startEstimate(sight.startTime),
    });
  }
  const own = work === null ? null : waitOfWork(work, job, now);
  if (own !== null) return { ...own, ...one };
  if (sight?.verdict === 'unknown' && sight.doubt !== null) {
    return wait({ ...one, text: `SLURM was asked and gave no clear answer: ${sight.doubt}`, since: sight.changedAt });
  }
  if (isLocal(job) && state === 'live' && batch.unitsStarted < batch.unitCount && batch.unitsStarted <= batch.unitsEnded) {
    return wait({ ...one, text: 'All slots of the resource are in use, by other jobs or by units of this one' });
  }
  return state === 'submitting' && sight === null && !isLocal(job)
    ? wait({ ...one, text: 'Being submitted to SLURM', since: attempt?.submittedAt ?? null })
    : null;
}

/** When the queue is asked next for the batch: its own line of work only waits to be rung. */
function nextQuestion({ accounts }: JobExplanation, accountId: number | null): string | null {
  return accounts.find(({ id }) => id === accountId)?.work?.nextLookAt ?? null;
}

/** A line of work that waits, fails, or is seen by nobody. */
function waitOfWork(work: ExplainedWork, job: JobExplanation, now: Date): Wait | null {
  const { waitingReason, waitingSince, failures, nextLookAt, isUnderWay } = work;
  if (!isUnderWay && nextLookAt !== null && now.getTime() - Date.parse(nextLookAt) > UNSEEN_MS) {
    const text = `No worker has looked at it: is one running that serves resource '${job.resourceName}' (${job.resourceType})?`;
    return wait({ text, since: nextLookAt });
  }
  if (waitingReason !== null) return wait({ text: sentence(waitingReason), since: waitingSince, next_try_at: nextLookAt });
  if (failures === 0) return null;
  const text = `A step of the server failed ${times(failures)} and is repeated; its administrators find the cause in the worker's log`;
  return wait({ text, since: waitingSince, next_try_at: nextLookAt });
}

function waitsForAccounts({ accounts }: JobExplanation): Wait[] {
  return accounts
    .filter(({ trouble }) => trouble !== null)
    .map(({ trouble, failures, answeredAt, work }) =>
      wait({
        text: `The queue of the cluster could not be read ${times(failures)}: ${trouble}`,
        since: answeredAt,
        next_try_at: work?.nextLookAt ?? null,
      }),
    );
}

/** Several batches that wait for the same: since the first, until the next, started with the first. */
function together(first: Wait, second: Wait): Wait {
  return {
    ...first,
    since: earlier(first.since, second.since),
    next_try_at: earlier(first.next_try_at, second.next_try_at),
    num_batches: first.num_batches + second.num_batches,
    estimated_start: earlier(first.estimated_start, second.estimated_start),
  };
}

function wait(parts: Partial<Wait> & Pick<Wait, 'text'>): Wait {
  return { since: null, next_try_at: null, num_batches: 0, slurm_reason: null, estimated_start: null, ...parts };
}

/** ISO texts of one form are in the order of time. */
function earlier(first: string | null, second: string | null): string | null {
  if (first === null || second === null) return first ?? second;
  return first < second ? first : second;
}

/** squeue writes `N/A` for a job that it has no plan for. */
function startEstimate(startTime: string | null): string | null {
  return startTime !== null && /^\d{4}-\d\d-\d\d/.test(startTime) ? startTime : null;
}

function isLocal({ resourceType }: JobExplanation): boolean {
  return resourceType === 'local';
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times in a row`;
}
