import { describe, expect, it } from 'vitest';
import { cleanStderr } from './clean-stderr.js';
import { describeEnd } from './describe-end.js';
import { explainReason } from './explain-reason.js';

describe('the reason of a job that waits', () => {
  it.each([
    ['Priority', 'Jobs of higher priority are ahead in the queue.', false],
    ['JobHeldUser', 'The job was put on hold by its user; `scontrol release` lets it go on.', true],
    ['ReqNodeNotAvail', 'Nodes that the job needs are down, drained or reserved.', false],
    ['ReqNodeNotAvail, UnavailableNodes:n[1-2]', 'Nodes that the job needs are down, drained or reserved: n[1-2].', false],
    ['launch failed requeued held', 'The job could not be started on its node and is on hold; an administrator can release it.', true],
    ["Job's account not permitted to use this partition (accts allows x not lab)", 'The account may not use the partition.', true],
    ['AssocGrpCpuLimit', 'The account allows no more CPUs at the same time (AssocGrpCpuLimit).', false],
    ['AssocMaxJobsLimit', 'The account allows no more jobs at the same time (AssocMaxJobsLimit).', false],
    [
      'QOSMaxJobsPerUserLimit',
      'The quality of service (QOS) allows no more jobs for each user at the same time (QOSMaxJobsPerUserLimit).',
      false,
    ],
    ['QOSGrpMemLimit', 'The quality of service (QOS) allows no more memory at the same time (QOSGrpMemLimit).', false],
    ['AssocGrpCPUMinutesLimit', 'The account has used up its time (AssocGrpCPUMinutesLimit).', true],
    [
      'QOSMaxCpuPerJobLimit',
      'The quality of service (QOS) limits the CPUs of one job to less than this one asks for (QOSMaxCpuPerJobLimit).',
      true,
    ],
    [
      'QOSMaxWallDurationPerJobLimit',
      'The quality of service (QOS) limits the run time of one job to less than this one asks for (QOSMaxWallDurationPerJobLimit).',
      true,
    ],
    ['QOSMinGRES', 'The quality of service (QOS) wants jobs to ask for more GPUs or other generic resources (QOSMinGRES).', true],
    ['SomethingNew', "SLURM's reason: SomethingNew.", false],
    ['constructor', "SLURM's reason: constructor.", false],
  ])('%s is explained', (reason, sentence, needsSomebody) => {
    expect(explainReason(reason)).toEqual({ sentence, needsSomebody });
  });
});

describe('the end of a job', () => {
  it.each([
    [{ state: 'TIMEOUT', reason: 'TimeLimit' }, 'TIMEOUT: the job reached its time limit'],
    [{ state: 'OUT_OF_MEMORY' }, 'OUT_OF_MEMORY: the job used more memory than it had asked for'],
    [{ state: 'NODE_FAIL', reason: null }, 'NODE_FAIL: a node failed'],
    [{ state: 'PREEMPTED' }, 'PREEMPTED: the job had to make room for another one'],
    [{ state: 'CANCELLED by 0' }, 'CANCELLED: the job was cancelled by an administrator of the cluster'],
    [{ state: 'CANCELLED by 1006' }, 'CANCELLED: the job was cancelled by the account with the number 1006'],
    [{ state: 'CANCELLED+' }, 'CANCELLED: the job was cancelled'],
    [{ state: 'FAILED', reason: 'JobLaunchFailure' }, 'FAILED: the job failed (JobLaunchFailure)'],
    [{ state: 'SOMETHING_NEW' }, 'SOMETHING_NEW: the job ended'],
  ])('%j is described', (end, text) => {
    expect(describeEnd(end)).toBe(text);
  });
});

describe('the standard error of a job', () => {
  it('is kept without what SLURM says of waiting steps', () => {
    const stderr = [
      'srun: Job 12 step creation temporarily disabled, retrying (Requested nodes are busy)',
      'srun: Job 12 Step Creation Still Disabled, retrying',
      'srun: Step created for StepId=12.3',
      "srun: warning: can't run 1 processes on 2 nodes, setting nnodes to 1",
      'slurmstepd: error: *** JOB 12 ON n1 CANCELLED AT 2026-11-22T20:18:26 DUE TO TIME LIMIT ***',
      '',
    ].join('\n');
    expect(cleanStderr(stderr)).toBe('slurmstepd: error: *** JOB 12 ON n1 CANCELLED AT 2026-11-22T20:18:26 DUE TO TIME LIMIT ***\n');
  });

  it.each(['', ' \n\t\n', 'srun: step created for stepid=1.0\n\n'])('%j is nothing', (stderr) => {
    expect(cleanStderr(stderr)).toBeNull();
  });

  it('can be stored whatever it holds', () => {
    expect(cleanStderr('a\0b\ud800')).toBe('a\u{fffd}b\u{fffd}');
  });
});
