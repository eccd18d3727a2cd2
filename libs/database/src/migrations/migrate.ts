import type { Database } from '../connection/database.js';

/** Any number, the same for all that migrate. */
const MIGRATION_LOCK = 7_204_350;

/**
 * Brings the schema up to date and returns the names of the migrations that ran. Several callers at a time do no harm: one does the work.
 * Needs two connections: one holds the lock while another migrates.
 */
export async function migrate(database: Database): Promise<string[]> {
  const connection = await database.connection();
  try {
    await connection.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await database.dataSource.runMigrations();
    return done.map(({ name }) => name);
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    connection.release();
  }
}
