import { aPerson, aSubmittedJob, createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentQueue } from '../../test/silent-queue.js';
import { startTestWorker } from '../../test/test-worker.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

it('listens to the bells of a new resource as soon as a sweep has found work on it', async () => {
  const heard: string[] = [];
  const queue: typeof silentQueue = {
    ...silentQueue,
    openReceiver: (name, answer, concurrency) => {
      heard.push(name);
      return silentQueue.openReceiver(name, answer, concurrency);
    },
  };
  const worker = await startTestWorker(test.options, { queue });
  try {
    const person = await aPerson(test.database);
    const jobId = await aSubmittedJob(test.database, person);
    await test.database.execute(
      `insert into work (kind, id, backend_type, resource_id, next_action_at) values ('job', $1, 'local', $2, clock_timestamp())`,
      [jobId, person.resourceId],
    );
    // By itself the worker looks for new resources every eight to twelve seconds.
    await waitFor('the receivers of the new resource', () => heard.length > 0, { deadlineMs: 5_000 });
    expect(heard).toEqual([`jobs.local.r${person.resourceId}`, `environments.local.r${person.resourceId}`]);
  } finally {
    await worker.stop();
  }
});
