import { listFailPoints } from '@fractal-server/execution';
import { readProcess } from '@fractal-server/hosts';
import { waitFor } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CollectionFixture, processesOf, type AcceptedCollection } from '../test/collection-fixture.js';
import { look, reconcileToTheEnd } from '../test/reconcile-to-the-end.js';
import { startWorkerProcess } from '../test/worker-process.js';
import './fail-points.js';

const points = (pattern: RegExp): string[] => listFailPoints().filter((name) => pattern.test(name));
/** Passed on the way of every collection. */
const onTheWay = points(/^collection\.(make_folder|store_archive|find_installer|register_tasks)\.|^execution\.(prepare|spawn)\./);
/** Passed when a collection fails without a command under way. */
const whenItFails = points(/^collection\.undo\./);
/** Passed when it fails with a command that could not start. */
const whenNothingStarts = points(/^execution\.revoke\./);
/** Passed when the runner of a command was killed. */
const whenItsRunnerDies = points(/^execution\.(stop|end)\.|^execution\.revoke\.before/);
/** Slots change only for jobs. */
const neverPassed = points(/^execution\.slots\./);

let fixture: CollectionFixture;
let database: CollectionFixture['database'];

beforeAll(async () => {
  fixture = await CollectionFixture.create();
  ({ database } = fixture);
});
afterAll(() => fixture.close());

/** Lets a worker run into a fail point, and checks that it did. */
async function dieAt(point: string, collection: AcceptedCollection): Promise<void> {
  const { signal, output } = await startWorkerProcess(fixture.options, collection.activityId, point).ended;
  expect({ signal, output }).toEqual({ signal: 'SIGKILL', output: '' });
  await fixture.expireLease(collection);
}

/** Lets a worker sleep at a fail point until another one has ended the collection, and wakes it up. */
async function sleepAt(point: string, collection: AcceptedCollection): Promise<void> {
  const worker = startWorkerProcess(fixture.options, collection.activityId, `${point}:stop`);
  await waitFor('the worker to sleep', () => readProcess(worker.process.pid ?? 0)?.state === 'T', { deadlineMs: 60_000 });
  await fixture.expireLease(collection);
  await reconcileToTheEnd(database, collection.activityId);
  worker.process.kill('SIGCONT');
  expect((await worker.ended).signal).toBeNull();
}

async function expectGoodEnd(collection: AcceptedCollection): Promise<void> {
  const activity = await fixture.activity(collection);
  expect(activity.status).toBe('OK');
  expect(activity.log!.match(/END collection/g)).toHaveLength(1);
  expect((await fixture.tasks(collection)).map(({ name }) => name)).toEqual(['Echo']);
  expect(await fixture.whatIsLeft(collection)).toEqual([]);
}

async function expectBadEnd(collection: AcceptedCollection): Promise<void> {
  const activity = await fixture.activity(collection);
  expect(activity).toMatchObject({ status: 'failed', taskGroupId: null });
  expect(activity.log!.match(/The collection failed/g)).toHaveLength(1);
  expect(await fixture.whatIsLeft(collection)).toEqual([]);
}

it('every fail point is walked through here', () => {
  const walked = [...onTheWay, ...whenItFails, ...whenNothingStarts, ...whenItsRunnerDies, ...neverPassed];
  expect([...new Set(walked)].sort()).toEqual(listFailPoints());
});

describe('a worker killed at', { timeout: 180_000 }, () => {
  it.each(onTheWay)('%s leaves a collection that another one finishes', async (point) => {
    const collection = await fixture.acceptedCollection();
    await dieAt(point, collection);
    await reconcileToTheEnd(database, collection.activityId);
    await expectGoodEnd(collection);
  });

  it.each(whenItFails)('%s leaves a failed collection that another one takes back', async (point) => {
    const collection = await fixture.acceptedCollection({ files: {} });
    await dieAt(point, collection);
    await reconcileToTheEnd(database, collection.activityId);
    await expectBadEnd(collection);
  });

  it.each(whenNothingStarts)('%s leaves a collection without a usable interpreter that another one takes back', async (point) => {
    const collection = await fixture.acceptedCollection({ basePython: '/bin/false' });
    await dieAt(point, collection);
    await reconcileToTheEnd(database, collection.activityId);
    await expectBadEnd(collection);
  });

  it.each(whenItsRunnerDies)('%s, while it ends what a dead runner left, leaves that to another one', async (point) => {
    const python = await fixture.pythonThatHangsOnce();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    const { pid, token } = await waitFor(
      'a command to run',
      async () => {
        await look(database, collection.activityId);
        const [attempt] = await database.query<{ pid: number; token: string }>(
          `select (owner->>'pid')::integer as pid, token from attempt where activity_id = $1 and state = 'claimed'`,
          [collection.activityId],
        );
        return attempt !== undefined && (await python.hangs()) ? attempt : null;
      },
      { deadlineMs: 60_000 },
    );
    process.kill(pid, 'SIGKILL');
    await dieAt(point, collection);
    await reconcileToTheEnd(database, collection.activityId);
    await expectGoodEnd(collection);
    expect(processesOf([token])).toEqual([]);
  });
});

describe('a worker stopped past its lease at', { timeout: 180_000 }, () => {
  it.each(points(/^collection\.register_tasks\./))('%s does no harm when it wakes up after the end', async (point) => {
    const collection = await fixture.acceptedCollection();
    await sleepAt(point, collection);
    await expectGoodEnd(collection);
  });

  it.each(points(/^collection\.(make_folder|store_archive|find_installer|undo)\.|^execution\.(prepare|spawn)\./))(
    '%s does not bring back a collection that has failed',
    async (point) => {
      const collection = await fixture.acceptedCollection({ files: {} });
      await sleepAt(point, collection);
      await expectBadEnd(collection);
    },
  );
});
