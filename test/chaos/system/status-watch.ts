import type { Database } from '@fractal-server/database';

/** A change of a job's wire status, as a trigger saw it in the transaction that made it. */
export interface StatusChange {
  readonly jobId: number;
  readonly from: string;
  readonly to: string;
}

/** Lets PostgreSQL itself keep every change of a job's status: that there is exactly one end cannot be seen from the last row. */
export async function watchStatuses(database: Database): Promise<void> {
  await database.execute('create schema chaos');
  await database.execute(
    'create table chaos.status_change (id bigint generated always as identity, job_id integer, was text, became text)',
  );
  await database.execute(`
    create function chaos.keep_status() returns trigger language plpgsql as $$
    begin
      insert into chaos.status_change (job_id, was, became) values (new.id, old.status, new.status);
      return null;
    end $$`);
  await database.execute(`
    create trigger keep_status after update of status on job for each row when (old.status is distinct from new.status)
    execute function chaos.keep_status()`);
}

/** Reads the changes of all jobs, in order. */
export const STATUS_CHANGES = 'select job_id as "jobId", was as "from", became as "to" from chaos.status_change order by id';
