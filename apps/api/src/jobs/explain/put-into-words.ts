import type { JobExplanation } from '@fractal-server/database';
import type { JobExplanationRead, Wait } from './explanation.schemas.js';
import { findWaits } from './find-waits.js';

/** The facts about a job in the words of the API. */
export function putIntoWords(job: JobExplanation, now: Date): JobExplanationRead {
  const waits = findWaits(job, now);
  const { run } = job;
  return {
    job_id: job.id,
    status: job.status,
    state: job.state,
    text: [progressOf(job), ...waits.map(sentenceOf), ...remarksOn(job)].join('\n'),
    is_waiting: waits.length > 0,
    waits: [...waits],
    task:
      run === null
        ? null
        : { number: run.position + 1, num_tasks: job.taskCount, num_units: run.unitCount, num_units_ended: run.unitsEnded },
    num_open_batches: job.openBatchCount,
    batches: job.batches.map(({ attempt, ...batch }) => ({
      id: batch.id,
      state: batch.state,
      num_units: batch.unitCount,
      num_units_started: batch.unitsStarted,
      num_units_ended: batch.unitsEnded,
      attempt: attempt?.number ?? null,
      slurm_job_name: attempt !== null && job.resourceType !== 'local' ? attempt.name : null,
      slurm_job_id: attempt?.slurmJobId ?? null,
      slurm_state: attempt?.sight?.slurmState ?? null,
      slurm_reason: attempt?.sight?.slurmReason ?? null,
      seen_at: attempt?.sight?.askedAt ?? null,
      waiting_reason: batch.work?.waitingReason ?? null,
    })),
  };
}

function progressOf({ status, state, run, taskCount, openBatchCount }: JobExplanation): string {
  if (status !== 'submitted') {
    const end = status === 'done' ? 'The job is done.' : 'The job has failed; its log says why.';
    return state === 'closed' || state === 'finalizing' ? end : `${end} What it had started is still being ended.`;
  }
  if (state === 'finalizing') return 'The job has run; its log and its archive are being written.';
  if (run === null) return 'The job was accepted; none of its tasks has begun.';
  const { position, unitCount, unitsEnded } = run;
  const task = `Task ${position + 1} of ${taskCount}`;
  if (unitCount === 0 || openBatchCount === 0) return `${task} is between two steps.`;
  return `${task}: ${unitsEnded} of ${units(unitCount)} ${unitsEnded === 1 ? 'has' : 'have'} ended.`;
}

function sentenceOf({ text, since, next_try_at: nextTryAt, num_batches: batchCount, estimated_start: start }: Wait): string {
  const whose = batchCount > 1 ? ` (${batchCount} batches)` : '';
  const when = [
    since === null ? '' : `since ${shown(since)}`,
    nextTryAt === null ? '' : `looked at next ${shown(nextTryAt)}`,
    start === null ? '' : `SLURM's estimate of its start: ${start.replace('T', ' ')} (clock of the cluster)`,
  ].filter((part) => part !== '');
  const end = /[.?!]$/.test(text) ? '' : '.';
  return when.length === 0 ? `${text}${whose}${end}` : `${text.replace(/[.]$/, '')}${whose}; ${when.join('; ')}.`;
}

function remarksOn({ status, isResourceClosed, resourceName }: JobExplanation): string[] {
  if (status !== 'submitted' || !isResourceClosed) return [];
  return [`Resource '${resourceName}' takes no new work: the task at hand goes on to its end, the next one fails the job.`];
}

function units(count: number): string {
  return count === 1 ? '1 unit' : `${count} units`;
}

/** `2026-11-22T10:11:24.838093+00:00` → `2026-11-22 10:11:24 UTC`. */
function shown(timestamp: string): string {
  return `${timestamp.slice(0, 19).replace('T', ' ')} UTC`;
}
