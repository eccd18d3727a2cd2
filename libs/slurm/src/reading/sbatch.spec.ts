import { describe, expect, it } from 'vitest';
import { readSubmission, sbatchArguments } from './sbatch.js';

const FAILED = 'sbatch: error: Batch job submission failed: ';
const POLICY = `${FAILED}Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n`;

describe('a submission', () => {
  it('has the name on the command line and no second run', () => {
    expect(sbatchArguments('my_task.abc', '/a b/x.sh')).toEqual([
      'sbatch',
      '--parsable',
      '--no-requeue',
      '--job-name=my_task.abc',
      '/a b/x.sh',
    ]);
    expect(sbatchArguments('x')).toHaveLength(4);
  });

  it.each([
    ['an id', '123\n', '123', null],
    ['an id of a cluster', '123;east-1\n', '123', 'east-1'],
    ['a banner before the id', 'Welcome!\n\n123\n', '123', null],
    ['blanks around the id', ' 123 \r\n\n', '123', null],
  ])('is accepted with %s', (_what, stdout, slurmJobId, cluster) => {
    expect(readSubmission({ exitCode: 0, stdout, stderr: '' })).toEqual({ kind: 'accepted', slurmJobId, cluster });
  });

  it('is accepted with a warning beside the id', () => {
    expect(readSubmission({ exitCode: 0, stdout: '7\n', stderr: 'sbatch: warning: low priority\n' })).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    ['text after the id', '123\nSubmitted to the night queue\n'],
    ['text beside the id', 'Submitted batch job 123\n'],
    ['nothing', ''],
    ['a negative number', '-5\n'],
  ])('is in doubt with exit code 0 and %s', (_what, stdout) => {
    expect(readSubmission({ exitCode: 0, stdout, stderr: '' })).toEqual({ kind: 'doubt', refusal: null });
  });

  it('is in doubt when sbatch printed an id and then failed', () => {
    expect(readSubmission({ exitCode: 1, stdout: '123\n', stderr: POLICY })).toMatchObject({ kind: 'doubt' });
  });

  it('is in doubt when sbatch did not end, also where it said why it waits', () => {
    const stderr = 'sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\n';
    expect(readSubmission({ exitCode: null, stdout: '', stderr })).toMatchObject({
      kind: 'doubt',
      refusal: { kind: 'passing', key: 'limit.cluster' },
    });
  });

  // What SLURM 22.05 printed.
  it.each([
    ['passing', 'limit.qos', `sbatch: error: QOSMaxSubmitJobPerUserLimit\n${POLICY}`],
    ['passing', 'limit.qos', `sbatch: error: QOSGrpSubmitJobsLimit\n${POLICY}`],
    ['passing', 'limit.account', `sbatch: error: AssocGrpSubmitJobsLimit\n${POLICY}`],
    ['passing', 'limit.account', `sbatch: error: AssocMaxSubmitJobLimit\n${POLICY}`],
    ['passing', 'limit.policy', POLICY],
    ['task', 'request.limit', `sbatch: error: QOSMaxCpuPerJobLimit\n${POLICY}`],
    ['passing', 'partition', `${FAILED}Required partition not available (inactive or drain)\n`],
    ['passing', 'nodes', `${FAILED}Required node not available (down, drained or reserved)\n`],
    ['lasting', 'account', `${FAILED}Invalid account or account/partition combination specified\n`],
    ['lasting', 'partition.name', `sbatch: error: invalid partition specified: nope\n${FAILED}Invalid partition name specified\n`],
    ['lasting', 'partition.group', `${FAILED}User's group not permitted to use this partition\n`],
    ['lasting', 'qos', `${FAILED}Invalid qos specification\n`],
    ['lasting', 'refused', `sbatch: error: The site wants a project code\n${FAILED}Unspecified error\n`],
    [
      'task',
      'request.memory',
      `sbatch: error: Memory specification can not be satisfied\n${FAILED}Requested node configuration is not available\n`,
    ],
    ['task', 'request.nodes', `${FAILED}Requested node configuration is not available\n`],
    ['task', 'request.constraint', `${FAILED}Invalid feature specification\n`],
    ['task', 'request.gres', 'sbatch: error: Invalid generic resource (gres) specification\n'],
    ['task', 'request.nodelist', `${FAILED}Invalid node name specified\n`],
    ['task', 'request.time', `${FAILED}Requested time limit is invalid (missing or exceeds some limit)\n`],
    ['task', 'request.option', 'sbatch: error: Invalid --time specification\n'],
    ['task', 'request.option', 'sbatch: unrecognized option \'--foo\'\nTry "sbatch --help" for more information\n'],
    ['task', 'request.option', 'sbatch: error: Invalid directive found in batch script: y\n'],
    ['task', 'request.option', "sbatch: fatal: a.sh: line 6: Unmatched `'` in [--err=/tmp/it's/x]\n"],
    ['task', 'request.script', 'sbatch: error: This does not look like a batch script.  The first\n'],
    ['task', 'request.script', 'sbatch: error: Batch script is empty!\n'],
  ])('is refused (%s, %s) when SLURM says %j', (kind, key, stderr) => {
    expect(readSubmission({ exitCode: 1, stdout: '', stderr })).toMatchObject({ kind: 'refused', refusal: { kind, key } });
  });

  it.each([
    ['controller', `${FAILED}Socket timed out on send/recv operation\n`],
    ['controller', `${FAILED}Unable to contact slurm controller (connect failure)\n`],
    ['controller', `${FAILED}Zero Bytes were transmitted or received\n`],
    ['submit-host', 'sbatch: error: Munge encode failed: Failed to access "/run/munge/munge.socket.2"\n'],
    ['submit-host', 'sbatch: fatal: Could not establish a configuration source\n'],
    ['unclear', 'bash: sbatch: command not found\n'],
    ['unclear', ''],
  ])('is in doubt (%s) when it fails with %j', (key, stderr) => {
    expect(readSubmission({ exitCode: 1, stdout: '', stderr })).toMatchObject({ kind: 'doubt', refusal: { kind: 'passing', key } });
  });

  it("keeps SLURM's words on one line, without the program's name", () => {
    const answer = readSubmission({ exitCode: 1, stdout: '', stderr: `sbatch: error: QOSMaxSubmitJobPerUserLimit\n${POLICY}` });
    expect(answer).toMatchObject({
      refusal: {
        words:
          'QOSMaxSubmitJobPerUserLimit; Batch job submission failed: Job violates accounting/QOS policy ' +
          "(job submit limit, user's size and/or time limits)",
      },
    });
  });
});
