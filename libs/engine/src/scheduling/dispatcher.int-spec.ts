import { enqueueWork, ringWork, type Database, type NextLook } from '@fractal-server/database';
import { aResource, createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dispatcher, type Reconcile } from './dispatcher.js';
import { Sweeper } from './sweeper.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let test: TestDatabase;
let db: Database;
let resourceId: number;
let nextId = 1;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.database;
  resourceId = await aResource(db);
});
afterAll(() => test.close());

async function aJobLine(): Promise<number> {
  const id = nextId++;
  await db.transaction((tx) => enqueueWork(tx, { kind: 'job', id, backendType: 'local', resourceId, place: null }));
  return id;
}

function aDispatcher(reconcile: Reconcile, concurrency = 4): Dispatcher {
  return new Dispatcher({ database: db, handlers: { job: reconcile }, logger: silent, owner: `worker ${Math.random()}`, concurrency });
}

describe('a dispatcher', () => {
  it('goes on step by step until there is nothing to do', async () => {
    const id = await aJobLine();
    const answers: NextLook[] = ['now', 'now', 'closed'];
    const dispatcher = aDispatcher(async () => answers.shift()!);
    await dispatcher.look({ kind: 'job', id });
    expect(answers).toEqual([]);
    expect(await db.query(`select 1 from work where kind = 'job' and id = $1`, [id])).toEqual([]);
  });

  it('never looks at one thing twice at a time, however many ask', async () => {
    const id = await aJobLine();
    let looking = 0;
    let most = 0;
    const reconcile: Reconcile = async () => {
      looking += 1;
      most = Math.max(most, looking);
      await db.query('select pg_sleep(0.005)');
      looking -= 1;
      return { afterSeconds: 100 };
    };
    const dispatchers = [aDispatcher(reconcile), aDispatcher(reconcile), aDispatcher(reconcile)];
    await Promise.all(Array.from({ length: 60 }, (_, index) => dispatchers[index % 3]!.look({ kind: 'job', id })));
    expect(most).toBe(1);
  });

  it('looks again when somebody rang during the look', async () => {
    const id = await aJobLine();
    let looks = 0;
    const dispatcher = aDispatcher(async () => {
      looks += 1;
      if (looks === 1) await ringWork(db, { kind: 'job', id });
      return { afterSeconds: 100 };
    });
    await dispatcher.look({ kind: 'job', id });
    expect(looks).toBe(2);
  });

  it('notes an error in the line of work and tries again later', async () => {
    const id = await aJobLine();
    const dispatcher = aDispatcher(async () => {
      throw new Error('no luck');
    });
    await dispatcher.look({ kind: 'job', id });
    const [row] = await db.query(
      `select failures, last_error, owner, next_action_at > clock_timestamp() as later from work where id = $1`,
      [id],
    );
    expect(row).toMatchObject({ failures: 1, last_error: expect.stringContaining('no luck'), owner: null, later: true });
  });

  it('keeps what it has no hand for until one is free', async () => {
    const ids = [await aJobLine(), await aJobLine(), await aJobLine()];
    const seen: number[] = [];
    const dispatcher = aDispatcher(async (id) => {
      seen.push(id);
      return 'closed';
    }, 1);
    ids.forEach((id) => dispatcher.nudge({ kind: 'job', id }));
    await waitFor('all looks', () => seen.length === 3);
    await dispatcher.stop();
  });
});

describe('a sweeper', () => {
  it('finds due work without any bell, tells of it, and rings for what it has no hands for', async () => {
    await db.execute('delete from work');
    const ids = [await aJobLine(), await aJobLine(), await aJobLine()];
    const seen: number[] = [];
    const rung: number[] = [];
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const dispatcher = aDispatcher(async (id) => {
      seen.push(id);
      await held;
      return 'closed';
    }, 2);
    const served = { backendTypes: ['local'], resourceNames: null, place: 'here' };
    const due: number[] = [];
    const reports = { ring: ({ id }: { readonly id: number }) => rung.push(id), onDue: ({ id }: { readonly id: number }) => due.push(id) };
    const sweeper = new Sweeper({ database: db, dispatcher, served, ...reports, logger: silent });
    sweeper.start();
    await waitFor('the sweep', () => seen.length + rung.length === 3);
    expect([...seen, ...rung].sort((a, b) => a - b)).toEqual(ids);
    expect(rung).toHaveLength(1);
    expect(due.sort((a, b) => a - b)).toEqual(ids);
    letGo();
    await sweeper.stop();
    await dispatcher.stop();
  });
});
