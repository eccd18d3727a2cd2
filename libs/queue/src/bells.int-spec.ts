import { startRedis, type EmbeddedRedis } from '@fractal-server/embedded';
import { createTestDatabase, startTestRedis, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { QueueBackend, QueueBackendOptions } from './backend.js';
import { BellListener } from './bell-listener.js';
import { BellRinger } from './bell-ringer.js';
import type { Bell, BellAddress } from './catalogue.js';
import { openQueueBackend } from './open-backend.js';

const address: BellAddress = { backendType: 'local', resourceId: 1, place: null };

/** The contract of a queue: the same suite for every server that carries bells. */
function carriesBells(start: () => Promise<{ options: QueueBackendOptions; stop: () => Promise<void> }>): void {
  let server: Awaited<ReturnType<typeof start>>;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await start();
  });
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });
  afterAll(async () => {
    await server.stop();
  });

  function open(): QueueBackend {
    const backend = openQueueBackend(server.options);
    opened.push(backend);
    return backend;
  }

  function aRinger(): BellRinger {
    const ringer = new BellRinger(open());
    opened.push(ringer);
    return ringer;
  }

  function aListener(answer: (bell: Bell) => Promise<void>, at: BellAddress = address): string[] {
    const troubles: string[] = [];
    const listener = new BellListener(open(), answer, {
      invalid: (error) => troubles.push(error.message),
      trouble: (queue, error) => troubles.push(`${queue}: ${error.message}`),
    });
    listener.listen('jobs', at);
    opened.push(listener);
    return troubles;
  }

  it('carries a bell to a listener of the same address', async () => {
    const heard: Bell[] = [];
    aListener(async (bell) => void heard.push(bell));
    expect(await aRinger().tryRing(address, { kind: 'job', id: 1 })).toBe(true);
    await waitFor('the bell', () => heard.length === 1);
    expect(heard).toEqual([{ kind: 'job', id: 1 }]);
  });

  it('keeps a bell until somebody listens', async () => {
    const later = { ...address, resourceId: 2 };
    expect(await aRinger().tryRing(later, { kind: 'batch', id: 5 })).toBe(true);
    const heard: Bell[] = [];
    aListener(async (bell) => void heard.push(bell), later);
    await waitFor('the bell', () => heard.length === 1);
  });

  it('rings again while the same bell is being answered', async () => {
    const at = { ...address, resourceId: 3 };
    let answers = 0;
    let finishFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (finishFirst = resolve));
    aListener(async () => {
      answers += 1;
      if (answers === 1) await first;
    }, at);
    const ringer = aRinger();
    await ringer.tryRing(at, { kind: 'job', id: 1 });
    await waitFor('the first answer', () => answers === 1);
    await ringer.tryRing(at, { kind: 'job', id: 1 });
    await waitFor('the second answer', () => answers === 2);
    finishFirst();
  });

  it('brings a bell to one listener only, and to none of another place', async () => {
    const at = { ...address, resourceId: 4, place: 'here' };
    const heard: string[] = [];
    aListener(async () => void heard.push('one'), at);
    aListener(async () => void heard.push('two'), at);
    aListener(async () => void heard.push('elsewhere'), { ...at, place: 'there' });
    const ringer = aRinger();
    for (let id = 1; id <= 10; id += 1) await ringer.tryRing(at, { kind: 'batch', id });
    await waitFor('ten answers', () => heard.length >= 10);
    expect(heard).toHaveLength(10);
    expect(heard).not.toContain('elsewhere');
  });

  it('refuses what is no bell, and says so', async () => {
    const at = { ...address, resourceId: 5 };
    const troubles = aListener(async () => undefined, at);
    const sender = open().openSender('jobs.local.r5');
    opened.push(sender);
    await sender.send({ kind: 'gong' as 'job', id: 1 });
    await waitFor('the report', () => troubles.length > 0);
    expect(troubles[0]).toContain('Not a bell: ');
  });
}

describe('bells on Redis', () => {
  carriesBells(async () => {
    const redis = await startTestRedis();
    return { options: { type: 'redis', url: redis.url }, stop: () => redis.stop() };
  });
});

describe('bells on PostgreSQL', () => {
  carriesBells(async () => {
    const { options, close }: TestDatabase = await createTestDatabase();
    return { options: { type: 'postgres', ...options }, stop: close };
  });
});

describe('queues on PostgreSQL', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(async () => {
    await test.close();
  });
  const sessions = () =>
    test.database.query<{ pid: number }>(`select pid from pg_stat_activity where datname = $1 and application_name = 'fractal-queue'`, [
      test.options.database,
    ]);

  it('need a handful of connections, however many there are, and hear again when those were cut', async () => {
    const backend = openQueueBackend({ type: 'postgres', ...test.options });
    const heard: Bell[] = [];
    const listener = new BellListener(backend, async (bell) => void heard.push(bell), {
      invalid: () => undefined,
      trouble: () => undefined,
    });
    const ringer = new BellRinger(backend);
    const addresses = Array.from({ length: 40 }, (_, index) => ({ ...address, resourceId: 100 + index }));
    for (const one of addresses) listener.listen('jobs', one);
    for (const one of addresses) ringer.ring(one, { kind: 'job', id: one.resourceId });
    await waitFor('all bells', () => heard.length === addresses.length, { deadlineMs: 20_000 });
    expect((await sessions()).length).toBeLessThanOrEqual(4);
    await test.database.query('select pg_terminate_backend(pid) from unnest($1::integer[]) as s (pid)', [
      (await sessions()).map(({ pid }) => pid),
    ]);
    await waitFor('a bell after the cut', async () => {
      await ringer.tryRing(addresses[7]!, { kind: 'job', id: 1 });
      return heard.some(({ id }) => id === 1);
    });
    await listener.close();
    await ringer.close();
    await backend.close();
  });
});

describe('while Redis is away', () => {
  it('a ring gives up within its deadline and tells which bell was lost', async () => {
    const backend = openQueueBackend({ type: 'redis', url: 'redis://127.0.0.1:1' });
    const lost: Bell[] = [];
    const ringer = new BellRinger(backend, (bell) => lost.push(bell));
    const before = Date.now();
    expect(await ringer.tryRing(address, { kind: 'job', id: 9 })).toBe(false);
    expect(Date.now() - before).toBeLessThan(1_500);
    expect(lost).toEqual([{ kind: 'job', id: 9 }]);
    await ringer.close();
    await backend.close();
  });

  it('listener and ringer work again after it came back', async () => {
    const dataDir = await mkdtemp(join(inject('testRun').folder, 'redis-'));
    let redis: EmbeddedRedis = await startRedis({ dataDir });
    const backend = openQueueBackend({ type: 'redis', url: redis.url });
    const heard: Bell[] = [];
    const listener = new BellListener(backend, async (bell) => void heard.push(bell), {
      invalid: () => undefined,
      trouble: () => undefined,
    });
    listener.listen('jobs', address);
    const ringer = new BellRinger(backend);
    await ringer.tryRing(address, { kind: 'job', id: 1 });
    await waitFor('the first bell', () => heard.length === 1);
    await redis.stop();
    expect(await ringer.tryRing(address, { kind: 'job', id: 2 })).toBe(false);
    redis = await startRedis({ dataDir, port: redis.port, password: redis.password });
    await waitFor('a bell after the restart', async () => {
      await ringer.tryRing(address, { kind: 'job', id: 3 });
      return heard.some(({ id }) => id === 3);
    });
    await listener.close();
    await ringer.close();
    await backend.close();
    await redis.stop();
  });
});
