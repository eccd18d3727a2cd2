import pg from 'pg';
import type { EmbeddedPostgres } from './start-postgres.js';

/** Creates a database on an embedded server unless it is there already. */
export async function createDatabaseIfMissing({ host, port, user, password }: EmbeddedPostgres, name: string): Promise<void> {
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
