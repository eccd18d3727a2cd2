import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../processes/process-table.js';
import { startPostgres, type EmbeddedPostgres } from './start-postgres.js';

let home: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'embedded-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop('immediate')));
  rmSync(home, { recursive: true, force: true });
});

async function start(dataDir: string, { durable = false } = {}): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir, durable });
  running.push(server);
  return server;
}

async function query(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ ...access(server), database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function access({ host, port, user, password }: EmbeddedPostgres) {
  return { host, port, user, password };
}

describe('an embedded PostgreSQL', () => {
  it('keeps what was committed when it is stopped, and when it crashes', async () => {
    const dataDir = join(home, 'data');
    const first = await start(dataDir, { durable: true });
    await query(first, 'create table kept (value int)');
    await query(first, 'insert into kept values (1)');
    await first.stop();
    const second = await start(dataDir, { durable: true });
    await query(second, 'insert into kept values (2)');
    await second.stop('immediate');
    const third = await start(dataDir, { durable: true });
    expect(await query(third, 'select value from kept order by value')).toEqual([{ value: 1 }, { value: 2 }]);
  });

  it('works below a home of mode 0700, in a path of over 107 bytes with a blank and an umlaut', async () => {
    const closed = join(home, `Jürgens Bilder ${'x'.repeat(100)}`);
    mkdirSync(closed, { mode: 0o700 });
    const server = await start(join(closed, 'data'));
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });

  it('refuses a session without the password', async () => {
    const server = await start(join(home, 'data'));
    const intruder = new pg.Client({ ...access(server), password: 'guess', database: 'postgres' });
    await expect(intruder.connect()).rejects.toThrow('password authentication failed');
  });

  it('takes the place of a server that a killed run has left on the same folder', async () => {
    const left = await start(join(home, 'data'));
    const server = await start(join(home, 'data'));
    expect(isAlive(left.pid)).toBe(false);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says which step failed and names the variables of an own server when the port is taken', async () => {
    const first = await start(join(home, 'first'));
    const second = startPostgres({ dataDir: join(home, 'second'), durable: false, port: first.port });
    await expect(second).rejects.toThrow(/Cannot start PostgreSQL: [^]*POSTGRES_HOST/);
  });
});
