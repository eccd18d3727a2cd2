import { describe, expect, it } from 'vitest';
import { readSacct, sacctArguments } from './sacct.js';

/** Printed by sacct 22.05, the account's name shortened. */
const PRINTED = `3|sbatch|alice|PENDING|2026-11-22T20:18:20|0:0|AccountNotAllowed
4|sbatch|alice|FAILED|2026-11-22T20:18:20|1:0|None
7|sbatch|alice|FAILED|2026-11-22T20:18:21|0:53|None
14|r0|alice|REQUEUED|2026-11-22T20:18:21|0:0|None
15|r1|alice|CANCELLED by 0|2026-11-22T20:18:21|0:0|None
16|r|2|alice|RUNNING|2026-11-22T20:18:21|0:0|None
`;

describe('sacct', () => {
  it('is asked for names since a moment, with repeated ids and without steps', () => {
    expect(sacctArguments(['a.1', 'b.2'], 'now-7days').join(' ')).toBe(
      'sacct --noheader --parsable2 --allocations --duplicates --allusers --starttime=now-7days --name=a.1,b.2 ' +
        '--format=JobIDRaw,JobName,User,State,Submit,ExitCode,Reason',
    );
  });

  it('is read with all fields', () => {
    const { rows, isWhole } = readSacct(PRINTED);
    expect(isWhole).toBe(true);
    expect(rows).toHaveLength(6);
    expect(rows[2]).toEqual({
      slurmJobId: '7',
      name: 'sbatch',
      user: 'alice',
      state: 'FAILED',
      cancelledBy: null,
      submittedAt: '2026-11-22T20:18:21',
      exitCode: 0,
      signal: 53,
      reason: null,
    });
    expect(rows[4]).toMatchObject({ state: 'CANCELLED', cancelledBy: '0' });
    expect(rows[5]).toMatchObject({ name: 'r|2', user: 'alice' });
  });

  it.each([
    ['an error text', 'Slurm accounting storage is disabled\n'],
    ['a cut last line', PRINTED.slice(0, -5)],
    ['noise', '|||\n'],
  ])('is not whole with %s', (_what, stdout) => {
    expect(readSacct(stdout).isWhole).toBe(false);
  });

  it('may know nothing', () => {
    expect(readSacct('')).toEqual({ rows: [], isWhole: true });
  });
});
