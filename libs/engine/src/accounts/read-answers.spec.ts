import { describe, expect, it } from 'vitest';
import { hidesJobsOfOthers, isControllerUp, readAccounting, readQueue, readShownJob } from './read-answers.js';

const LINE = '7|PENDING|task.abc|alice|2026-01-01T10:00:00|N/A|Resources\n';

describe('squeue', () => {
  it('is read line by line', () => {
    expect(readQueue(LINE + '8|RUNNING|x|bob|2026-01-01T10:00:00|2026-01-01T10:00:01|a|b\n', false)).toEqual({
      rows: [
        {
          jobId: '7',
          state: 'PENDING',
          name: 'task.abc',
          user: 'alice',
          submitTime: '2026-01-01T10:00:00',
          startTime: null,
          reason: 'Resources',
        },
        {
          ...{ jobId: '8', state: 'RUNNING', name: 'x', user: 'bob', submitTime: '2026-01-01T10:00:00' },
          startTime: '2026-01-01T10:00:01',
          reason: 'a|b',
        },
      ],
      flaw: null,
    });
    expect(readQueue('', false)).toEqual({ rows: [], flaw: null });
  });

  it.each<[what: string, stdout: string, isTruncated: boolean, rows: number]>([
    ['a banner before it', `Welcome!\n${LINE}`, false, 1],
    ['an error instead', 'slurm_load_jobs error: Socket timed out on send/recv operation\n', false, 0],
    ['a cut line', LINE + '8|RUNN', false, 1],
    ['a cut end', LINE, true, 1],
    ['garbage with separators', 'a|b|c|d|e|f|g\n', false, 0],
  ])('%s: what is there counts, what is absent does not', (_what, stdout, isTruncated, rows) => {
    const answer = readQueue(stdout, isTruncated);
    expect(answer.rows).toHaveLength(rows);
    expect(answer.flaw).not.toBeNull();
  });
});

describe('sacct', () => {
  it('is read line by line; who cancelled is left out', () => {
    expect(readAccounting('7|task.abc|CANCELLED by 1000|2026-01-01T10:00:00|0:15|None\nnoise\n7.batch|x|FAILED|a|b|c\n')).toEqual([
      { jobId: '7', name: 'task.abc', state: 'CANCELLED', reason: null, submitTime: '2026-01-01T10:00:00', exitCode: '0:15' },
    ]);
  });
});

describe('scontrol', () => {
  const shown = 'JobId=7 JobName=task.abc UserId=alice(1000) JobState=RUNNING Reason=None Dependency=(null)\n';

  it.each([
    ['the job', 0, shown, '', { kind: 'known job', jobId: '7', state: 'RUNNING', reason: null }],
    ['another job', 0, shown.replace('task.abc', 'other'), '', { kind: 'unknown job' }],
    ['no job', 1, '', 'slurm_load_jobs error: Invalid job id specified\n', { kind: 'unknown job' }],
    ['that it cannot ask', 1, '', 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n', { kind: 'no answer' }],
    ['garbage', 0, 'hello\n', '', { kind: 'no answer' }],
  ])('shows %s', (_what, exitCode, stdout, stderr, answer) => {
    expect(readShownJob('task.abc', { exitCode, stdout, stderr })).toMatchObject(answer);
  });

  it('says whether a controller is up', () => {
    expect(isControllerUp('Slurmctld(primary) at host is UP\n')).toBe(true);
    expect(isControllerUp('Slurmctld(primary) at a is DOWN\nSlurmctld(backup) at b is UP\n')).toBe(true);
    expect(isControllerUp('Slurmctld(primary) at host is DOWN\n')).toBe(false);
  });

  it('says whether jobs of others are hidden', () => {
    expect(hidesJobsOfOthers('PrivateData             = accounts,jobs,users\n')).toBe(true);
    expect(hidesJobsOfOthers('PrivateData             = none\n')).toBe(false);
    expect(hidesJobsOfOthers('JobCompType = x\n')).toBe(false);
  });
});
