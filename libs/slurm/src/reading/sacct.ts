import { stateWord } from './job-states.js';
import { isTimestamp, readTimestamp } from './timestamp.js';

const FORMAT = 'JobIDRaw,JobName,User,State,Submit,ExitCode,Reason';

/** A job as SLURM's accounting keeps it. Name and submit time together say that it is ours: ids repeat. */
export interface SacctRow {
  readonly slurmJobId: string;
  readonly name: string;
  readonly user: string;
  /** Without additions, see `phaseOf`. */
  readonly state: string;
  /** Numeric id of the account that cancelled it, where sacct says so. */
  readonly cancelledBy: string | null;
  readonly submittedAt: string | null;
  /** Of the script, which is that of the unit runner. */
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string | null;
}

/** What sacct said; what it does not know (yet) is no evidence of anything. */
export interface SacctAnswer {
  readonly rows: readonly SacctRow[];
  /** Whether every line was understood and the last one is complete. */
  readonly isWhole: boolean;
}

/**
 * Argument vector that asks for the jobs with these names, steps left out, each of several jobs with one id shown.
 * @param since beginning of the time in which they were there, in a form of SLURM's (`now-7days`, `2026-11-22T20:18:21`); without it sacct
 *   looks at today only
 */
export function sacctArguments(names: readonly string[], since: string): readonly string[] {
  return [
    ...['sacct', '--noheader', '--parsable2', '--allocations', '--duplicates', '--allusers'],
    ...[`--starttime=${since}`, `--name=${names.join(',')}`, `--format=${FORMAT}`],
  ];
}

/** Reads what that printed, with exit code 0. */
export function readSacct(stdout: string): SacctAnswer {
  const lines = stdout.split('\n');
  const isCutOff = lines.pop() !== '';
  const rows = lines.map(readRow);
  return { rows: rows.filter((row) => row !== undefined), isWhole: !isCutOff && !rows.includes(undefined) };
}

const ROW = /^(\d+)\|(.*)\|([^|]*)\|([A-Z_]+(?:\+| by \d+)?)\|([^|]*)\|(\d+):(\d+)\|([^|]*)$/;

function readRow(line: string): SacctRow | undefined {
  const match = ROW.exec(line);
  if (match === null) return undefined;
  const [, slurmJobId = '', name = '', user = '', state = '', submitted = '', exitCode = '', signal = '', reason = ''] = match;
  if (!isTimestamp(submitted)) return undefined;
  return {
    slurmJobId,
    name,
    user,
    state: stateWord(state),
    cancelledBy: / by (\d+)$/.exec(state)?.[1] ?? null,
    submittedAt: readTimestamp(submitted),
    exitCode: Number(exitCode),
    signal: signal === '0' ? null : Number(signal),
    reason: reason === 'None' || reason === '' ? null : reason,
  };
}
