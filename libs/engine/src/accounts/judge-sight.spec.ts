import type { AskedAttempt, NewQueueSight, QueueSight } from '@fractal-server/database';
import type { SacctRow, SqueueRow } from '@fractal-server/slurm';
import { describe, expect, it } from 'vitest';
import { doubtful, isConfirmationDue, judgeByAccounting, judgeByController, judgeByQueue, mayBeGone } from './judge-sight.js';

const RULES = { settleSeconds: 200, confirmSeconds: 60 };

function anAttempt(parts: Partial<AskedAttempt> = {}): AskedAttempt {
  return {
    ...{ id: 1, batchId: 2, name: 'task.abc', user: 'alice', answeredJobId: '7', ownerJobId: null, submittedSeconds: 10, isEnding: false },
    ...{ submissionEndedSeconds: null, sight: null },
    ...parts,
  };
}

function aSight(parts: Partial<QueueSight> = {}): QueueSight {
  return {
    ...{
      verdict: 'present',
      witness: 'squeue',
      slurmJobId: '7',
      slurmState: 'RUNNING',
      slurmReason: null,
      doubt: null,
      submitTime: '2026-01-01T10:00:00',
    },
    ...{ startTime: '2026-01-01T10:00:05', exitCode: null, missingSeconds: null, changedSeconds: 0 },
    ...parts,
  };
}

function aRow(parts: Partial<SqueueRow> = {}): SqueueRow {
  return {
    ...{
      slurmJobId: '7',
      name: 'task.abc',
      user: 'alice',
      state: 'RUNNING',
      reason: null,
      submittedAt: '2026-01-01T10:00:00',
      startsAt: null,
    },
    ...parts,
  };
}

function aRecord(parts: Partial<SacctRow> = {}): SacctRow {
  return {
    ...{ slurmJobId: '7', name: 'task.abc', user: 'alice', state: 'COMPLETED', cancelledBy: null, submittedAt: '2026-01-01T10:00:00' },
    ...{ exitCode: 0, signal: null, reason: null },
    ...parts,
  };
}

type Verdict = readonly [verdict: NewQueueSight['verdict'], state: string | null] | null;
const verdictOf = (sight: NewQueueSight | null): Verdict => (sight === null ? null : [sight.verdict, sight.slurmState]);

describe('the queue', () => {
  it.each<[what: string, rows: SqueueRow[], attempt: Partial<AskedAttempt>, verdict: Verdict]>([
    ['shows it waiting', [aRow({ state: 'PENDING' })], {}, ['present', 'PENDING']],
    ['shows it running', [aRow()], {}, ['present', 'RUNNING']],
    ['shows it completing: its processes may be there', [aRow({ state: 'COMPLETING' })], {}, ['present', 'COMPLETING']],
    ['shows a word that nobody knows', [aRow({ state: 'LEVITATING' })], {}, ['present', 'LEVITATING']],
    ['shows its end within MinJobAge', [aRow({ state: 'TIMEOUT' })], {}, ['gone', 'TIMEOUT']],
    ['does not show it', [], {}, null],
    ['shows its id under another name: ids are given again', [aRow({ name: 'task.other' })], {}, null],
    ['shows its name under an id that was never answered', [aRow({ slurmJobId: '8' })], { answeredJobId: null }, ['present', 'RUNNING']],
    ['shows two of its name, one of which ended', [aRow(), aRow({ slurmJobId: '8', state: 'COMPLETED' })], {}, ['present', 'RUNNING']],
    [
      'shows two of its name that ended',
      [aRow({ state: 'FAILED' }), aRow({ slurmJobId: '8', state: 'COMPLETED' })],
      {},
      ['gone', 'COMPLETED'],
    ],
    ['shows the end of one that lost the claim', [aRow({ slurmJobId: '8', state: 'COMPLETED' })], { ownerJobId: '7' }, null],
    [
      'shows one that lost the claim alive',
      [aRow({ state: 'FAILED' }), aRow({ slurmJobId: '8' })],
      { ownerJobId: '7' },
      ['gone', 'FAILED'],
    ],
  ])('%s', (_what, rows, attempt, verdict) => {
    expect(verdictOf(judgeByQueue(anAttempt(attempt), rows))).toEqual(verdict);
  });

  it('tells reason, estimate and times in its own words', () => {
    const row = aRow({ state: 'PENDING', reason: 'Resources', startsAt: '2026-01-01T11:00:00' });
    expect(judgeByQueue(anAttempt(), [row])).toMatchObject({
      ...{
        witness: 'squeue',
        slurmJobId: '7',
        slurmReason: 'Resources',
        submitTime: '2026-01-01T10:00:00',
        startTime: '2026-01-01T11:00:00',
      },
      isMissing: false,
    });
  });
});

describe('the accounting', () => {
  it.each<[what: string, rows: SacctRow[], attempt: Partial<AskedAttempt>, verdict: Verdict]>([
    ['knows the end', [aRecord({ state: 'OUT_OF_MEMORY' })], {}, ['gone', 'OUT_OF_MEMORY']],
    ['knows the end of one that nobody saw', [aRecord({ slurmJobId: '9' })], { answeredJobId: null }, ['gone', 'COMPLETED']],
    ['is absent, or knows nothing', [], {}, null],
    ['lags behind', [aRecord({ state: 'RUNNING' })], {}, null],
    ['still has it waiting, though the controller forgot it', [aRecord({ state: 'PENDING' })], {}, null],
    ['knows another job of this id', [aRecord({ name: 'task.other' })], {}, null],
    ['knows a job of another submit time', [aRecord({ submittedAt: '2025-01-01T10:00:00' })], { sight: aSight() }, null],
    ['knows the end of the loser only', [aRecord({ slurmJobId: '8' })], { ownerJobId: '7' }, null],
    ['knows one of two ends', [aRecord(), aRecord({ slurmJobId: '8', state: 'RUNNING' })], {}, null],
  ])('%s', (_what, rows, attempt, verdict) => {
    expect(verdictOf(judgeByAccounting(anAttempt(attempt), rows))).toEqual(verdict);
  });
});

describe('an attempt that is not seen', () => {
  it.each<[what: string, attempt: Partial<AskedAttempt>, may: boolean]>([
    ['has an answered id', {}, true],
    ['has the claim', { answeredJobId: null, ownerJobId: '7' }, true],
    ['was seen', { answeredJobId: null, sight: aSight() }, true],
    ['may still be on its way', { answeredJobId: null, submittedSeconds: 199 }, false],
    ['may wait at the controller, though sbatch has ended', { answeredJobId: null, submissionEndedSeconds: 19 }, false],
    ['was sent by an sbatch that ended long enough ago', { answeredJobId: null, submissionEndedSeconds: 20 }, true],
    ['was submitted longer ago than anything can be on its way', { answeredJobId: null, submittedSeconds: 200 }, true],
  ])('%s', (_what, attempt, may) => {
    expect(mayBeGone(anAttempt(attempt), RULES)).toBe(may);
  });

  it.each<[missingSeconds: number | null, due: boolean]>([
    [null, true],
    [0, false],
    [59.9, false],
    [60, true],
  ])('is confirmed twice: missing for %s s', (missingSeconds, due) => {
    expect(isConfirmationDue(anAttempt({ sight: aSight({ missingSeconds }) }), RULES)).toBe(due);
  });
});

describe('the controller', () => {
  const missingFor = (missingSeconds: number | null) => anAttempt({ sight: aSight({ missingSeconds }) });

  it('does not know the job: that counts the second time, a minute later', () => {
    const unknown = { kind: 'unknown job' } as const;
    expect(judgeByController(missingFor(null), unknown, RULES)).toMatchObject({ verdict: 'unknown', isMissing: true });
    expect(judgeByController(missingFor(59), unknown, RULES)).toMatchObject({ verdict: 'unknown', isMissing: true });
    expect(judgeByController(missingFor(60), unknown, RULES)).toMatchObject({
      ...{ verdict: 'gone', witness: 'controller', slurmState: 'RUNNING', slurmJobId: '7', doubt: null },
    });
  });

  it('does not answer: nothing changes, and the first confirmation is kept', () => {
    const silent = { kind: 'no answer', why: 'DOWN' } as const;
    expect(judgeByController(missingFor(500), silent, RULES)).toMatchObject({ verdict: 'unknown', isMissing: true });
    expect(judgeByController(missingFor(null), silent, RULES)).toMatchObject({ verdict: 'unknown', isMissing: false });
    expect(judgeByController(missingFor(null), silent, RULES).doubt).toContain('DOWN');
  });

  it('knows the job: it is there, or its end is known, and the first confirmation is forgotten', () => {
    const known = { kind: 'known job', slurmJobId: '7', submittedAt: null, reason: null } as const;
    expect(judgeByController(missingFor(500), { ...known, state: 'RUNNING' }, RULES)).toMatchObject({
      verdict: 'present',
      isMissing: false,
    });
    expect(judgeByController(missingFor(null), { ...known, state: 'NODE_FAIL' }, RULES)).toMatchObject({
      verdict: 'gone',
      witness: 'controller',
    });
  });
});

it('keeps what was seen before while nothing is known', () => {
  expect(doubtful(anAttempt({ sight: aSight({ missingSeconds: 5 }) }), 'garbage')).toMatchObject({
    ...{ verdict: 'unknown', witness: 'squeue', slurmState: 'RUNNING', doubt: 'garbage', isMissing: true },
  });
});
