import { enqueueWork } from '@fractal-server/database';
import type { Owner } from '@fractal-server/execution';
import { aResource, createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlace } from '@fractal-server/hosts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BatchWatches } from './batch-watches.js';

let test: TestDatabase;
let resourceId: number;
let folder: string;
let nextId = 1;
const watches = new BatchWatches(() => undefined);

beforeAll(async () => {
  test = await createTestDatabase();
  resourceId = await aResource(test.database);
  folder = mkdtempSync(join(tmpdir(), 'watches-'));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await watches.handOver(test.database);
  rmSync(folder, { recursive: true });
  await test.close();
});

/** A batch whose next look is due in three seconds. */
async function aBatch(): Promise<number> {
  const id = nextId++;
  await test.database.transaction(async (tx) => {
    await enqueueWork(tx, { kind: 'batch', id, backendType: 'local', resourceId, place: 'here' });
    await tx.execute(`update work set next_action_at = clock_timestamp() + interval '3 seconds' where id = $1`, [id]);
  });
  return id;
}

async function secondsUntilLook(id: number): Promise<number> {
  await watches.postpone(test.database);
  const [row] = await test.database.query<{ seconds: number }>(
    'select extract(epoch from next_action_at - clock_timestamp())::float8 as seconds from work where id = $1',
    [id],
  );
  return row!.seconds;
}

/** This process as the runner of an attempt: it lives. */
function aLivingOwner(): Owner {
  const startTime = Number(readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ')[19]);
  return { token: 'token', host: 'here', pid: process.pid, startTime, place: readPlace('here'), slurmJobId: null };
}

describe('a watched batch', () => {
  it('is not looked at while its runner lives', async () => {
    const id = await aBatch();
    watches.watch(id, folder, aLivingOwner());
    expect(await secondsUntilLook(id)).toBeGreaterThan(4);
  });

  it('is looked at in time when no runner is known yet, since nobody would tell that none came', async () => {
    const id = await aBatch();
    watches.watch(id, folder, null);
    expect(await secondsUntilLook(id)).toBeLessThan(3);
  });

  it('is looked at when no look went well for half a minute, since news may have been lost', async () => {
    const id = await aBatch();
    watches.watch(id, folder, aLivingOwner());
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + 31_000);
    expect(await secondsUntilLook(id)).toBeLessThan(3);
    watches.watch(id, folder, aLivingOwner());
    expect(await secondsUntilLook(id)).toBeGreaterThan(4);
  });
});
