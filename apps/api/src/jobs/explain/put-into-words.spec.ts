import type { ExplainedBatch, ExplainedWork, JobExplanation } from '@fractal-server/database';
import { describe, expect, it } from 'vitest';
import { putIntoWords } from './put-into-words.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const at = (time: string): string => `2026-11-22T${time}.000001+00:00`;

const quiet: ExplainedWork = { waitingReason: null, waitingSince: null, failures: 0, lastError: null, nextLookAt: null, isUnderWay: false };
const waiting = (reason: string): ExplainedWork => ({
  ...quiet,
  waitingReason: reason,
  waitingSince: at('09:30:00'),
  nextLookAt: at('10:01:00'),
});

const aJob = (more: Partial<JobExplanation> = {}): JobExplanation => ({
  ...{ id: 7, projectId: 1, status: 'submitted', state: 'running', resourceName: 'cluster', resourceType: 'slurm_ssh' },
  ...{ isResourceClosed: false, cancelRequestedAt: null, paused: null, taskPosition: 1, taskCount: 3, work: quiet },
  ...{ run: { position: 1, state: 'executing', unitCount: 30, unitsEnded: 12 }, openBatchCount: 1, batches: [], accounts: [] },
  ...more,
});

type Sight = NonNullable<NonNullable<ExplainedBatch['attempt']>['sight']>;
const aBatch = (id: number, { sight, ...more }: Partial<ExplainedBatch> & { sight?: Partial<Sight> } = {}): ExplainedBatch => ({
  ...{ id, phase: 'parallel', state: 'live', unitCount: 10, unitsStarted: 0, unitsEnded: 0, work: quiet },
  attempt: {
    ...{ number: 1, name: 'task.abc', state: 'named', place: null, accountId: 3, submittedAt: at('09:00:00'), slurmJobId: '17' },
    sight:
      sight === undefined
        ? null
        : {
            ...{ verdict: 'present', witness: 'squeue', slurmJobId: '17', slurmState: 'PENDING', slurmReason: 'Resources', doubt: null },
            ...{ submitTime: null, startTime: 'N/A', exitCode: null, askedAt: at('09:59:58'), changedAt: at('09:10:00') },
            ...sight,
          },
  },
  ...more,
});

const textOf = (job: JobExplanation): string => putIntoWords(job, NOW).text;

describe('a job in words', () => {
  it('that runs says how far it is, and waits for nothing', () => {
    const job = aJob({ batches: [aBatch(1, { unitsStarted: 10, unitsEnded: 3, sight: { slurmState: 'RUNNING', slurmReason: null } })] });
    expect(putIntoWords(job, NOW)).toMatchObject({
      text: 'Task 2 of 3: 12 of 30 units have ended.',
      is_waiting: false,
      waits: [],
      task: { number: 2, num_tasks: 3, num_units: 30, num_units_ended: 12 },
      batches: [{ slurm_job_name: 'task.abc', slurm_job_id: '17', slurm_state: 'RUNNING', num_units_ended: 3 }],
    });
  });

  it("that is queued says SLURM's reason, since when, and when SLURM means to start it; equal reasons are one", () => {
    const work = { ...waiting('waits for free nodes'), nextLookAt: null };
    const batches = [
      aBatch(1, { work, sight: { startTime: '2026-11-22T12:00:00' } }),
      aBatch(2, { work, sight: { changedAt: at('09:05:00'), startTime: '2026-11-22T11:00:00' } }),
      aBatch(3, { sight: { slurmReason: 'Priority' } }),
    ];
    const explained = putIntoWords(aJob({ batches, openBatchCount: 3 }), NOW);
    expect(explained.waits).toEqual([
      {
        text: 'Queued in SLURM: waits for free nodes',
        since: at('09:05:00'),
        next_try_at: null,
        num_batches: 2,
        slurm_reason: 'Resources',
        estimated_start: '2026-11-22T11:00:00',
      },
      {
        text: 'Queued in SLURM: Priority',
        since: at('09:10:00'),
        next_try_at: null,
        num_batches: 1,
        slurm_reason: 'Priority',
        estimated_start: null,
      },
    ]);
    expect(explained.text.split('\n').slice(1)).toEqual([
      "Queued in SLURM: waits for free nodes (2 batches); since 2026-11-22 09:05:00 UTC; SLURM's estimate of its start: 2026-11-22 11:00:00 (clock of the cluster).",
      'Queued in SLURM: Priority; since 2026-11-22 09:10:00 UTC.',
    ]);
  });

  it.each([
    [
      'is paused',
      { state: 'paused', paused: { reason: 'the key was refused', since: at('08:00:00'), nextTryAt: at('10:30:00') } },
      'It is paused: the key was refused; since 2026-11-22 08:00:00 UTC; looked at next 2026-11-22 10:30:00 UTC.',
    ],
    ['is being ended', { cancelRequestedAt: at('09:59:00') }, 'It is being ended, as was asked for; since 2026-11-22 09:59:00 UTC.'],
    [
      'waits behind another',
      { work: waiting('previous job 6 is still stopping') },
      'Previous job 6 is still stopping; since 2026-11-22 09:30:00 UTC; looked at next 2026-11-22 10:01:00 UTC.',
    ],
    [
      'meets a limit',
      { batches: [aBatch(1, { work: waiting('the association may submit no more jobs') })] },
      'The association may submit no more jobs; since',
    ],
    [
      'is in doubt',
      { batches: [aBatch(1, { sight: { verdict: 'unknown', slurmState: null, doubt: 'squeue was empty' } })] },
      'SLURM was asked and gave no clear answer: squeue was empty; since',
    ],
    ['is being submitted', { batches: [aBatch(1, { state: 'submitting' })] }, 'Being submitted to SLURM; since 2026-11-22 09:00:00 UTC.'],
    [
      'met an error of ours',
      { work: { ...quiet, failures: 3, lastError: 'Error: secret\n at x.ts' } },
      'A step of the server failed 3 times in a row',
    ],
    [
      'is seen by no worker',
      { work: { ...quiet, nextLookAt: at('09:59:00') } },
      "No worker has looked at it: is one running that serves resource 'cluster' (slurm_ssh)?; since",
    ],
    [
      'cannot be looked up',
      {
        accounts: [
          {
            id: 3,
            login: 'jane',
            askedAt: null,
            answeredAt: at('09:00:00'),
            failures: 1,
            trouble: 'connection refused',
            work: waiting('x'),
          },
        ],
      },
      'The queue of the cluster could not be read once: connection refused; since',
    ],
    ['is on a resource that drains', { isResourceClosed: true }, "Resource 'cluster' takes no new work"],
  ] as const)('that %s says so', (_, facts, expected) => {
    const text = textOf(aJob(facts as Partial<JobExplanation>));
    expect(text).toContain(expected);
    expect(text).not.toContain('secret');
  });

  it('on a local resource waits for slots, or does not', () => {
    const local = { resourceType: 'local' };
    expect(textOf(aJob({ ...local, batches: [aBatch(1)] }))).toContain('All slots of the resource are in use');
    expect(textOf(aJob({ ...local, batches: [aBatch(1, { unitsStarted: 4, unitsEnded: 2 })] }))).not.toContain('slots');
    const elsewhere = aJob({ ...local, batches: [aBatch(1, { work: waiting('runs on node7, no worker there') })] });
    expect(textOf(elsewhere)).toContain('Runs on node7, no worker there; since');
  });

  it.each([
    ['done', 'closed', 'The job is done.'],
    ['failed', 'closed', 'The job has failed; its log says why.'],
    ['failed', 'stopping', 'The job has failed; its log says why. What it had started is still being ended.'],
    ['submitted', 'finalizing', 'The job has run; its log and its archive are being written.'],
  ] as const)('that is %s and %s says so, and waits for nothing', (status, state, text) => {
    expect(putIntoWords(aJob({ status, state }), NOW)).toMatchObject({ text, is_waiting: false });
  });
});
