import { Database, migrate } from '@fractal-server/database';
import { startPostgres } from '@fractal-server/embedded';
import { existsSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { TEST_DATABASE_PREFIX, type TestRun } from './src/test-run.js';

const TEMPLATE = 'migrated_template';
const MEMORY_FOLDER = '/dev/shm';
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** One PostgreSQL for the whole test run, with a migrated database that test files clone. Returns what ends it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(folderOfTestRuns(), 'fractal-tests-'));
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  const postgres = { host: server.host, port: server.port, user: server.user, password: server.password };
  await createTemplate(postgres);
  project.provide('testRun', { postgres, templateDatabase: TEMPLATE, folder });
  return async () => {
    try {
      await failOnLeftDatabases(postgres);
    } finally {
      await server.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Memory where there is plenty of it: containers often have 64 MB there. */
function folderOfTestRuns(): string {
  if (!existsSync(MEMORY_FOLDER)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  return bavail * bsize >= ENOUGH_BYTES ? MEMORY_FOLDER : tmpdir();
}

async function createTemplate(postgres: TestRun['postgres']): Promise<void> {
  await withDatabase(postgres, 'postgres', (admin) => admin.execute(`create database ${TEMPLATE}`));
  await withDatabase(postgres, TEMPLATE, migrate);
}

async function failOnLeftDatabases(postgres: TestRun['postgres']): Promise<void> {
  const left = await withDatabase(postgres, 'postgres', (admin) =>
    admin.query('select datname from pg_database where starts_with(datname, $1)', [TEST_DATABASE_PREFIX]),
  );
  if (left.length > 0) throw new Error(`test files left databases behind: ${JSON.stringify(left)}`);
}

async function withDatabase<T>(postgres: TestRun['postgres'], name: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await Database.connect({ ...postgres, database: name, poolSize: 2, applicationName: 'test set-up' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
