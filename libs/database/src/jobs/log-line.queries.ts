import type { Queryable, Transaction } from '../connection/database.js';

/** Severity of a line, as Python names it. */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** A line of a job's log. */
export interface NewLogLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** Adds lines to a job's log, in the transaction of the step that they tell of. */
export async function addJobLog(transaction: Transaction, jobId: number, logger: string, lines: readonly NewLogLine[]): Promise<void> {
  await transaction.execute(
    `insert into log_line (job_id, logger, level, message)
     select $1, $2, l.level, l.message from unnest($3::text[], $4::text[]) with ordinality as l (level, message, number) order by l.number`,
    [jobId, logger, lines.map(({ level }) => level), lines.map(({ message }) => message)],
  );
}

/** Adds a line unless the log has the same one from the last hour: for what many batches meet, again and again. */
export async function addJobLogOnce(
  transaction: Transaction,
  jobId: number,
  logger: string,
  { level, message }: NewLogLine,
): Promise<void> {
  const told = `select 1 from log_line where job_id = $1 and message = $2 and at > clock_timestamp() - interval '1 hour'`;
  if ((await transaction.query(told, [jobId, message])).length > 0) return;
  // Batches that wait for the same reason come here at the same time.
  await transaction.execute('select 1 from job where id = $1 for no key update', [jobId]);
  if ((await transaction.query(told, [jobId, message])).length === 0) await addJobLog(transaction, jobId, logger, [{ level, message }]);
}

/** The text of `workflow.log`: `<time> - <logger name> - <LEVEL> - <message>` per line (contract: runner.md 2.6); empty while there is none. */
export async function readJobLog(db: Queryable, jobId: number): Promise<string> {
  const [row] = await db.query<{ text: string | null }>(
    `select string_agg(
        to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS,MS') || ' - ' || logger || ' - ' || level || ' - ' || message, E'\\n' order by id)
        || E'\\n' as text
       from log_line where job_id = $1`,
    [jobId],
  );
  return row?.text ?? '';
}
