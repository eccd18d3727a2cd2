import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@fractal-server/database';
import { findFreePort, startPostgres, type EmbeddedPostgres } from '@fractal-server/embedded';
import { waitFor } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens } from '../access/token.js';
import { runApi, type RunningApi } from './run-api.js';

let folder: string;
let postgres: EmbeddedPostgres;
let api: RunningApi;
let probePort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fractal-api-'));
  // Durable, since a test kills it: without fsync and synchronous commits the schema itself might be gone afterwards.
  postgres = await startPostgres({ dataDir: folder, durable: true });
  const { host, port, user, password } = postgres;
  const database = await Database.connect({ host, port, user, password, database: 'postgres' });
  await database.dataSource.runMigrations();
  await database.execute(`insert into user_account (email, hashed_password, project_dirs) values ('user@example.org', 'x', '{/data}')`);
  await database.close();
  probePort = await findFreePort('127.0.0.1');
  const environment = {
    POSTGRES_HOST: host,
    POSTGRES_PORT: String(port),
    POSTGRES_USER: user,
    POSTGRES_PASSWORD: password,
    POSTGRES_DB: 'postgres',
    JWT_SECRET_KEY: 'key',
    FRACTAL_LOGGING_LEVEL: '50',
    FRACTAL_API_PROBE_PORT: String(probePort),
  };
  api = await runApi(environment, { host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await api?.stop();
  await postgres?.stop('immediate');
  await rm(folder, { recursive: true, force: true });
});

describe('a running API', () => {
  it('answers, and says so', async () => {
    expect((await currentUser()).status).toBe(200);
    expect(await probe('/live')).toBe(200);
    expect(await probe('/ready')).toBe(200);
    expect(await probe('/metrics')).toBe(200);
    expect(await probe('/other')).toBe(404);
  });

  it('asks clients to come back while PostgreSQL is away, and answers again afterwards', async () => {
    await postgres.stop('immediate');
    const answer = await currentUser();
    expect({ status: answer.status, retryAfter: answer.headers.get('retry-after') }).toEqual({ status: 503, retryAfter: '5' });
    expect((await fetch(`${api.url}/api/alive/`)).status).toBe(200);
    expect(await probe('/ready')).toBe(503);
    postgres = await startPostgres({ dataDir: folder, port: postgres.port, durable: true });
    await waitFor('an answer', async () => (await currentUser()).status === 200, { deadlineMs: 45_000 });
  });
});

async function currentUser(): Promise<Response> {
  return fetch(`${api.url}/auth/current-user/`, { headers: { authorization: `Bearer ${new AccessTokens('key').issue(1, 60)}` } });
}

async function probe(path: string): Promise<number> {
  return (await fetch(`http://127.0.0.1:${probePort}${path}`)).status;
}
