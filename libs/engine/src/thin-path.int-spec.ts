import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestWorker, waitForJob, type TestWorker } from '../test/test-worker.js';
import { aWorkflow, submit } from '../test/workflow-fixture.js';

let test: TestDatabase;
let worker: TestWorker;

beforeAll(async () => {
  test = await createTestDatabase();
  worker = await startTestWorker(test.options);
});
afterAll(async () => {
  await worker.stop();
  await test.close();
});

it('runs one parallel task to its end', async () => {
  const images = ['a', 'b'].map((name) => ({ zarrUrl: `/d/zarr/${name}`, origin: null, attributes: new Map(), types: new Map() }));
  const fixture = await aWorkflow(test.database, { images, tasks: [{ type: 'parallel', plan: {}, output_types: { done: true } }] });
  const jobId = await submit(test.database, fixture);
  const job = await waitForJob(test.database, jobId);
  expect(job.status).toBe('done');
});
