import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phaseOf } from './job-states.js';
import { readSqueue, squeueArguments } from './squeue.js';

/** Printed by SLURM 22.05, the account's name shortened. */
const PRINTED = [
  "3|PENDING|sbatch|alice|2026-11-22T20:18:20|2027-11-22T20:18:22|Job's account not permitted to use this partition (accts allows x not lab)",
  '1|PENDING|sbatch|alice|2026-11-22T20:18:20|N/A|PartitionDown',
  '7|FAILED|sbatch|alice|2026-11-22T20:18:21|2026-11-22T20:18:21|JobLaunchFailure',
  '11|PENDING|held|x|alice|2026-11-22T20:18:21|N/A|JobHeldUser',
  '14|RUNNING|r0|alice|2026-11-22T20:18:21|2026-11-22T20:18:22|None',
  '21|PENDING|drained|alice|2026-11-22T20:18:35|N/A|ReqNodeNotAvail, UnavailableNodes:n[1-2]',
  '22_[3-9%2]|PENDING|array|alice|2026-11-22T20:18:35|N/A|Priority',
  '30+1|RUNNING|het|alice|2026-11-22T20:18:35|2026-11-22T20:18:40|None',
];

describe('squeue', () => {
  it('is asked for names, whatever the state', () => {
    expect(squeueArguments(['a.1', 'b.2'])).toEqual([
      'squeue',
      '--noheader',
      '--states=all',
      '--name=a.1,b.2',
      '--format=%i|%T|%j|%u|%V|%S|%r',
    ]);
  });

  it('is read with all fields', () => {
    const { rows, isWhole } = readSqueue(`${PRINTED.join('\n')}\n`);
    expect(isWhole).toBe(true);
    expect(rows).toHaveLength(PRINTED.length);
    expect(rows[4]).toEqual({
      slurmJobId: '14',
      state: 'RUNNING',
      name: 'r0',
      user: 'alice',
      submittedAt: '2026-11-22T20:18:21',
      startsAt: '2026-11-22T20:18:22',
      reason: null,
    });
    expect(rows[5]).toMatchObject({ startsAt: null, reason: 'ReqNodeNotAvail, UnavailableNodes:n[1-2]' });
  });

  it('shows a name that holds the separator', () => {
    expect(readSqueue(`${PRINTED[3]}\n`).rows).toMatchObject([{ name: 'held|x', user: 'alice', reason: 'JobHeldUser' }]);
  });

  it('may know nothing, and say so as a whole', () => {
    expect(readSqueue('')).toEqual({ rows: [], isWhole: true });
  });

  it.each([
    ['an error text', 'slurm_load_jobs error: Socket timed out on send/recv operation\n', 0],
    ['a banner', `Welcome to the cluster!\n${PRINTED[4]}\n`, 1],
    ['a last line without its end', `${PRINTED[4]}\n${PRINTED[1]}`, 1],
    ['a line cut in the middle', `${PRINTED[4]}\n1|PENDING|sba\n`, 1],
    ['an empty line', `\n${PRINTED[4]}\n`, 1],
    ['noise', '\0\u{fffd}|||||||\n', 0],
    ['columns in another order', 'RUNNING|14|r0|alice|2026-11-22T20:18:21|2026-11-22T20:18:22|None\n', 0],
  ])('is not whole with %s, and its rows count all the same', (_what, stdout, count) => {
    const { rows, isWhole } = readSqueue(stdout);
    expect(isWhole).toBe(false);
    expect(rows).toHaveLength(count);
  });

  it('cut off anywhere never seems whole, unless only whole lines are missing', () => {
    const whole = `${PRINTED.join('\n')}\n`;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length - 1 }), (length) => {
        const text = whole.slice(0, length);
        expect(readSqueue(text).isWhole).toBe(text.endsWith('\n'));
      }),
    );
  });

  it('reads anything without an error', () => {
    fc.assert(fc.property(fc.string(), (text) => void readSqueue(text)));
  });
});

describe('the phase of a state', () => {
  it.each([
    ['PENDING', 'waiting'],
    ['CONFIGURING', 'waiting'],
    ['RUNNING', 'running'],
    ['SUSPENDED', 'running'],
    ['COMPLETING', 'ending'],
    ['BOOT_FAIL', 'ended'],
    ['CANCELLED', 'ended'],
    ['CANCELLED by 0', 'ended'],
    ['CANCELLED+', 'ended'],
    ['COMPLETED', 'ended'],
    ['DEADLINE', 'ended'],
    ['FAILED', 'ended'],
    ['NODE_FAIL', 'ended'],
    ['OUT_OF_MEMORY', 'ended'],
    ['PREEMPTED', 'ended'],
    ['SPECIAL_EXIT', 'ended'],
    ['TIMEOUT', 'ended'],
    ['REVOKED', 'unclear'],
    ['SOMETHING_NEW', 'unclear'],
    ['', 'unclear'],
  ])('%s is %s', (state, phase) => {
    expect(phaseOf(state)).toBe(phase);
  });
});
