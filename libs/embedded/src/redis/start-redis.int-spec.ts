import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRedisServer, startRedis, type EmbeddedRedis } from './start-redis.js';

let home: string;
const running: EmbeddedRedis[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'embedded-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(home, { recursive: true, force: true });
});

async function start(dataDir: string): Promise<EmbeddedRedis> {
  const server = await startRedis({ dataDir });
  running.push(server);
  return server;
}

/** Sends commands in Redis' inline protocol and returns the whole answer. */
async function ask(server: EmbeddedRedis, ...commands: string[]): Promise<string> {
  const { password } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = createConnection(server.port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write([`AUTH ${password}`, ...commands, 'QUIT', ''].join('\r\n'));
  });
}

describe.skipIf(findRedisServer() === undefined)('an embedded Redis', () => {
  it('keeps what was written when it is stopped, in a folder with a blank and an umlaut', async () => {
    const dataDir = join(home, 'Jürgens Schlange');
    const first = await start(dataDir);
    await ask(first, 'SET kept 42');
    await first.stop();
    expect(await ask(await start(dataDir), 'GET kept')).toContain('42');
    expect(existsSync(join(dataDir, 'appendonlydir'))).toBe(true);
  });

  it('evicts nothing and asks for a password', async () => {
    const server = await start(join(home, 'data'));
    expect(await ask(server, 'CONFIG GET maxmemory-policy')).toContain('noeviction');
    expect(await ask({ ...server, url: 'redis://:guess@127.0.0.1' }, 'GET kept')).toContain('WRONGPASS');
  });

  it('says what to do when the port is taken', async () => {
    const first = await start(join(home, 'first'));
    await expect(startRedis({ dataDir: join(home, 'second'), port: first.port })).rejects.toThrow(/Cannot start Redis: [^]*REDIS_URL/);
  });
});
