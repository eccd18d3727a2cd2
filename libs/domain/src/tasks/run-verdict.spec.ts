import { describe, expect, it } from 'vitest';
import { JobFailure } from '../errors/job-failure.js';
import { anUpdate } from '../images/image.spec-support.js';
import type { TaskOutput } from '../images/task-output.js';
import type { ParallelizationItem } from './output-schemas.js';
import { judgeRun } from './run-verdict.js';
import { failedOutcome, type UnitOutcome } from './unit-outcome.js';

const good = (url: string): UnitOutcome<TaskOutput> => ({ ok: true, output: { updates: [anUpdate(url)], removals: [] } });
const bad = (message: string): { ok: false; failure: JobFailure } => failedOutcome(new JobFailure('task_failed', message, 'unit'));
const items = (...urls: string[]): UnitOutcome<readonly ParallelizationItem[]> => ({
  ok: true,
  output: urls.map((zarrUrl) => ({ zarrUrl, initArgs: new Map() })),
});

describe('the verdict on a run', () => {
  it('of one unit is that of the unit', () => {
    expect(judgeRun({ kind: 'non_parallel', inputUrls: ['/a', '/b'], outcome: good('/x') })).toMatchObject({
      runStatus: 'done',
      unitStatuses: ['done'],
      impliedUpdateUrls: ['/a', '/b'],
      unitCount: 1,
    });
    expect(judgeRun({ kind: 'non_parallel', inputUrls: ['/a'], outcome: bad('no') })).toMatchObject({
      runStatus: 'failed',
      unitStatuses: ['failed'],
      goodOutputs: [],
      impliedUpdateUrls: [],
    });
  });

  it('of a parallel task lets each unit end for itself and keeps the first failure', () => {
    const verdict = judgeRun({ kind: 'parallel', inputUrls: ['/a', '/b', '/c'], outcomes: [good('/a'), bad('first'), bad('second')] });
    expect(verdict).toMatchObject({
      runStatus: 'failed',
      unitStatuses: ['done', 'failed', 'failed'],
      impliedUpdateUrls: ['/a'],
      unitCount: 3,
    });
    expect(verdict.failure?.message).toBe('first');
    expect(verdict.goodOutputs).toHaveLength(1);
  });

  it('of a compound task fails all units when one fails, but keeps what the others say', () => {
    expect(judgeRun({ kind: 'compound', inputUrls: ['/a'], init: items('/a', '/b'), compute: [good('/a'), bad('no')] })).toMatchObject({
      runStatus: 'failed',
      unitStatuses: ['failed', 'failed', 'failed'],
      goodOutputs: [{ updates: [] }, { updates: [anUpdate('/a')] }],
      impliedUpdateUrls: [],
      unitCount: 3,
    });
  });

  it('of a compound task with an empty list is that of its init unit, and its images count as updated', () => {
    expect(judgeRun({ kind: 'compound', inputUrls: ['/a', '/b'], init: items(), compute: [] })).toMatchObject({
      runStatus: 'done',
      unitStatuses: ['done'],
      impliedUpdateUrls: ['/a', '/b'],
      unitCount: 1,
    });
  });

  it('of a compound task whose init part fails fails the init unit', () => {
    expect(judgeRun({ kind: 'compound', inputUrls: ['/a'], init: bad('no'), compute: [] })).toMatchObject({
      runStatus: 'failed',
      unitStatuses: ['failed'],
      goodOutputs: [],
      impliedUpdateUrls: [],
      unitCount: 1,
    });
  });
});
