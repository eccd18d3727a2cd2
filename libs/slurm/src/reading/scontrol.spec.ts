import { describe, expect, it } from 'vitest';
import { isControllerUp, readShownJob, scontrolShowJobArguments } from './scontrol.js';

const SHOWN =
  'JobId=15 JobName=r1 UserId=alice(1006) GroupId=alice(1006) MCS_label=N/A Priority=4294901749 Nice=0 Account=lab QOS=normal ' +
  'JobState=CANCELLED Reason=None Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:15 RunTime=00:00:04 ' +
  'TimeLimit=UNLIMITED TimeMin=N/A SubmitTime=2026-11-22T20:18:21 EligibleTime=2026-11-22T20:18:21 Command=(null) WorkDir=/home/alice\n';

describe('scontrol ping', () => {
  it('says that the controller is up', () => {
    expect(isControllerUp({ exitCode: 0, stdout: 'Slurmctld(primary) at vm is UP\n', stderr: '' })).toBe(true);
  });

  it('says so when only the backup is', () => {
    const stdout = 'Slurmctld(primary) at one is DOWN\nSlurmctld(backup) at two is UP\n';
    expect(isControllerUp({ exitCode: 0, stdout, stderr: '' })).toBe(true);
  });

  it.each([
    [
      'it is down',
      1,
      'Slurmctld(primary) at vm is DOWN\n*****************************************\n** RESTORE SLURMCTLD DAEMON TO SERVICE **\n',
    ],
    ['nothing is printed', 0, ''],
    ['something else is printed', 0, 'Welcome! The cluster is UP\n'],
    ['it failed after its answer', 1, 'Slurmctld(primary) at vm is UP\n'],
    ['it did not end', null, 'Slurmctld(primary) at vm is UP\n'],
  ])('is a no when %s', (_what, exitCode, stdout) => {
    expect(isControllerUp({ exitCode, stdout, stderr: '' })).toBe(false);
  });
});

describe('scontrol show job', () => {
  it('is asked for one line', () => {
    expect(scontrolShowJobArguments('15')).toEqual(['scontrol', '--oneliner', 'show', 'job', '15']);
  });

  it('shows name, state and submit time', () => {
    expect(readShownJob({ exitCode: 0, stdout: SHOWN, stderr: '' })).toEqual({
      kind: 'job',
      name: 'r1',
      state: 'CANCELLED',
      submittedAt: '2026-11-22T20:18:21',
      reason: null,
    });
  });

  it('knows no such job, in the words of the controller', () => {
    const stderr = 'slurm_load_jobs error: Invalid job id specified\n';
    expect(readShownJob({ exitCode: 1, stdout: '', stderr })).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['the controller is away', 1, '', 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n'],
    ['nothing is said', 1, '', ''],
    ['it was ended', null, '', ''],
    ['it says nothing and is content', 0, '', ''],
    ['the answer is cut off', 0, 'JobId=15 JobNa', ''],
  ])('is unclear when %s', (_what, exitCode, stdout, stderr) => {
    expect(readShownJob({ exitCode, stdout, stderr })).toEqual({ kind: 'unclear' });
  });
});
