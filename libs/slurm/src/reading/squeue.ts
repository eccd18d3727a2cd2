import { isTimestamp, readTimestamp } from './timestamp.js';

/** id, state, name, user, submit time, actual or expected start, reason. */
const FORMAT = '%i|%T|%j|%u|%V|%S|%r';

/** A job that squeue shows. */
export interface SqueueRow {
  readonly slurmJobId: string;
  /** In SLURM's words, see `phaseOf`. */
  readonly state: string;
  readonly name: string;
  readonly user: string;
  readonly submittedAt: string | null;
  /** When it started, or when SLURM expects it to. */
  readonly startsAt: string | null;
  /** SLURM's word for why it waits or how it ended, see `explainReason`; null for `None`. */
  readonly reason: string | null;
}

/** What squeue said. A row is evidence; that there is no row is evidence only where the answer is whole. */
export interface SqueueAnswer {
  readonly rows: readonly SqueueRow[];
  /** Whether every line was understood and the last one is complete: no banner, no error text, not cut off. */
  readonly isWhole: boolean;
}

/** Argument vector that asks for the jobs with these names, whatever their state; ended ones are shown for a while (`MinJobAge`). */
export function squeueArguments(names: readonly string[]): readonly string[] {
  return ['squeue', '--noheader', '--states=all', `--name=${names.join(',')}`, `--format=${FORMAT}`];
}

/** Reads what that printed, with exit code 0. A name may hold the separator: the other fields tell where it ends. */
export function readSqueue(stdout: string): SqueueAnswer {
  const lines = stdout.split('\n');
  const isCutOff = lines.pop() !== '';
  const rows = lines.map(readRow);
  return { rows: rows.filter((row) => row !== undefined), isWhole: !isCutOff && !rows.includes(undefined) };
}

/** `12`, `12_3` and `12_[1-4]` of arrays, `12+1` of heterogeneous jobs. */
const JOB_ID = /^\d+(?:[_+][\d[\],%-]+)?$/;
const ROW = /^([^|]*)\|([^|]*)\|(.*)\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)$/;

function readRow(line: string): SqueueRow | undefined {
  const [, slurmJobId = '', state = '', name = '', user = '', submitted = '', starts = '', reason = ''] = ROW.exec(line) ?? [];
  if (!JOB_ID.test(slurmJobId) || !/^[A-Z_]+$/.test(state) || !isTimestamp(submitted) || !isTimestamp(starts)) return undefined;
  return {
    slurmJobId,
    state,
    name,
    user,
    submittedAt: readTimestamp(submitted),
    startsAt: readTimestamp(starts),
    reason: reason === 'None' || reason === '' ? null : reason,
  };
}
