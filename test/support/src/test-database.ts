import { Database, type DatabaseOptions } from '@fractal-server/database';
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { TEST_DATABASE_PREFIX } from './test-run.js';
import { waitFor } from './wait-for.js';

/** A migrated database for one test file. */
export interface TestDatabase {
  readonly database: Database;
  /** For further connections and for child processes; all of them have to be closed before {@link close}. */
  readonly options: DatabaseOptions;
  /** Drops the database. Fails when something is still connected to it, and names that. */
  close(): Promise<void>;
}

interface Session {
  readonly application_name: string;
  readonly query: string;
}

/** Clones the migrated template (about 50 ms). Call it in `beforeAll`, and `close()` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { postgres, templateDatabase } = inject('testRun');
  const name = `${TEST_DATABASE_PREFIX}${randomBytes(6).toString('hex')}`;
  await asAdministrator((admin) => admin.execute(`create database ${name} template ${templateDatabase} strategy file_copy`));
  const options: DatabaseOptions = { ...postgres, database: name, poolSize: 10, applicationName: 'test' };
  const database = await Database.connect(options);
  return {
    database,
    options,
    close: async () => {
      await database.close();
      await asAdministrator(async (admin) => {
        const leaked = await leakedSessions(admin, name);
        await admin.execute(`drop database ${name} with (force)`);
        if (leaked.length > 0) throw new Error(`sessions left open on a test database: ${JSON.stringify(leaked)}`);
      });
    },
  };
}

/** Sessions end a moment after their client has closed the connection. */
async function leakedSessions(admin: Database, name: string): Promise<Session[]> {
  const sessions = () => admin.query<Session>('select application_name, query from pg_stat_activity where datname = $1', [name]);
  try {
    await waitFor('the end of all sessions', async () => (await sessions()).length === 0, { deadlineMs: 2_000 });
    return [];
  } catch {
    return sessions();
  }
}

async function asAdministrator<T>(work: (admin: Database) => Promise<T>): Promise<T> {
  const admin = await Database.connect({ ...inject('testRun').postgres, database: 'postgres', poolSize: 1 });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
