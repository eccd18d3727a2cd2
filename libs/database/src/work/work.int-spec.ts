import { aResource, createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../connection/database.js';
import { Lease, LeaseLostError } from './lease.js';
import type { ServedWork, WorkKey } from './work-line.js';
import { enqueueWork, overruleLease, postponeWork, ringWork, sweepDueWork } from './work.queries.js';

let test: TestDatabase;
let db: Database;
let resourceId: number;
let served: ServedWork;
let nextId = 1;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  resourceId = await aResource(db);
  served = { backendTypes: ['local'], resourceNames: null, place: 'here' };
});
afterAll(() => test.close());
beforeEach(() => db.execute('delete from work'));

async function aLine({ place = null as string | null, kind = 'job' as WorkKey['kind'] } = {}): Promise<WorkKey> {
  const key = { kind, id: nextId++ };
  await db.transaction((tx) => enqueueWork(tx, { ...key, backendType: 'local', resourceId, place }));
  return key;
}

async function rowOf({ kind, id }: WorkKey): Promise<Record<string, unknown>> {
  const [row] = await db.query(
    `select *, next_action_at <= clock_timestamp() as due, extract(epoch from next_action_at - clock_timestamp())::float8 as seconds
       from work where kind = $1 and id = $2`,
    [kind, id],
  );
  return row as Record<string, unknown>;
}

async function expire(key: WorkKey): Promise<void> {
  await db.execute(`update work set until = clock_timestamp() - interval '1 second' where kind = $1 and id = $2`, [key.kind, key.id]);
}

describe('a lease', () => {
  it('is won by exactly one of many that want it', async () => {
    const key = await aLine();
    const leases = await Promise.all(Array.from({ length: 16 }, (_, worker) => Lease.take(db, key, `worker ${worker}`)));
    expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    leases.forEach((lease) => lease?.stop());
  });

  it('can be taken after it ran out, and its late holder writes nothing', async () => {
    const key = await aLine();
    const late = (await Lease.take(db, key, 'late'))!;
    await expire(key);
    const next = (await Lease.take(db, key, 'next'))!;
    expect(next.epoch).toBeGreaterThan(late.epoch);
    await expect(late.transaction((tx) => tx.execute(`update work set waiting_reason = 'late'`))).rejects.toThrow(LeaseLostError);
    expect(late.signal.aborted).toBe(true);
    await expect(late.beforeEffect()).rejects.toThrow(LeaseLostError);
    expect(await late.release({ afterSeconds: 5 })).toBe(false);
    expect(await rowOf(key)).toMatchObject({ owner: 'next', waiting_reason: null });
    next.stop();
  });

  it('that was overruled by a request is free at once', async () => {
    const key = await aLine();
    const holder = (await Lease.take(db, key, 'holder'))!;
    await db.transaction((tx) => overruleLease(tx, key));
    await expect(holder.transaction(async () => undefined)).rejects.toThrow(LeaseLostError);
    const next = await Lease.take(db, key, 'next');
    expect(next).not.toBeNull();
    next?.stop();
  });

  it('holds up a request that overrules it until the running transaction is committed', async () => {
    const key = await aLine();
    const holder = (await Lease.take(db, key, 'holder'))!;
    const order: string[] = [];
    let overruling: Promise<unknown> = Promise.resolve();
    await holder.transaction(async (tx) => {
      overruling = db.transaction((other) => overruleLease(other, key)).then(() => order.push('overruled'));
      await tx.query('select pg_sleep(0.1)');
      order.push('committing');
    });
    await overruling;
    expect(order).toEqual(['committing', 'overruled']);
    holder.stop();
  });

  it('leaves the next look at its own time, or at once when somebody rang meanwhile', async () => {
    const key = await aLine();
    const quiet = (await Lease.take(db, key, 'a'))!;
    expect(await quiet.release({ afterSeconds: 100, waitingReason: 'because' })).toBe(false);
    expect(await rowOf(key)).toMatchObject({ due: false, waiting_reason: 'because', owner: null });
    const rung = (await Lease.take(db, key, 'b'))!;
    await ringWork(db, key);
    expect(await rung.release({ afterSeconds: 100 })).toBe(true);
    expect(await rowOf(key)).toMatchObject({ due: true });
  });

  it('never loses a ring, whenever it comes', async () => {
    const key = await aLine();
    for (let round = 0; round < 30; round += 1) {
      const lease = (await Lease.take(db, key, 'holder'))!;
      const ring = ringWork(db, key);
      await lease.release({ afterSeconds: 1_000 });
      await ring;
      expect(await rowOf(key)).toMatchObject({ due: true });
    }
  });

  it('waits longer after each failure, keeps the error and does not let a ring shorten the wait', async () => {
    const key = await aLine();
    for (const [least, most] of [
      [0.7, 1.3],
      [1.5, 2.6],
      [3, 5.1],
    ] as const) {
      const lease = (await Lease.take(db, key, 'holder'))!;
      await ringWork(db, key);
      await lease.releaseAfterFailure(new Error('no\0pe'));
      const { seconds, last_error } = await rowOf(key);
      expect(seconds).toBeGreaterThan(least - 0.1);
      expect(seconds).toBeLessThan(most);
      expect(last_error).toContain('nope');
    }
  });

  it('removes its line when nothing is left to do', async () => {
    const key = await aLine();
    const lease = (await Lease.take(db, key, 'holder'))!;
    await lease.release('closed');
    expect(await rowOf(key)).toBeUndefined();
    expect(await Lease.take(db, key, 'other')).toBeNull();
    expect(await ringWork(db, key)).toBeNull();
  });
});

describe('the sweep', () => {
  it('takes what is due once, and again only after 30 seconds', async () => {
    const key = await aLine();
    expect(await sweepDueWork(db, served)).toEqual([{ ...key, backendType: 'local', resourceId, place: null }]);
    expect(await sweepDueWork(db, served)).toEqual([]);
    expect((await rowOf(key))['seconds']).toBeGreaterThan(25);
  });

  it('gives each line to one of several sweepers', async () => {
    for (let line = 0; line < 50; line += 1) await aLine();
    const swept = (await Promise.all(Array.from({ length: 8 }, () => sweepDueWork(db, served)))).flat();
    expect(new Set(swept.map(({ id }) => id)).size).toBe(swept.length);
  });

  it('skips what is under a valid lease and takes it when the lease has run out', async () => {
    const key = await aLine();
    const lease = (await Lease.take(db, key, 'holder'))!;
    expect(await sweepDueWork(db, served)).toEqual([]);
    await expire(key);
    expect(await sweepDueWork(db, served)).toHaveLength(1);
    lease.stop();
  });

  it('takes only what its worker serves', async () => {
    await aLine({ place: 'there' });
    const here = await aLine({ place: 'here' });
    expect((await sweepDueWork(db, served)).map(({ id }) => id)).toEqual([here.id]);
    await aLine();
    expect(await sweepDueWork(db, { ...served, backendTypes: ['slurm_ssh'] })).toEqual([]);
    expect(await sweepDueWork(db, { ...served, resourceNames: ['another'] })).toEqual([]);
  });

  it('is not put off for a line that somebody rang', async () => {
    const [quiet, rung] = [await aLine(), await aLine()];
    await sweepDueWork(db, served);
    await ringWork(db, rung);
    await postponeWork(db, [quiet, rung], 60);
    expect(await rowOf(quiet)).toMatchObject({ due: false });
    expect(await rowOf(rung)).toMatchObject({ due: true });
  });
});
