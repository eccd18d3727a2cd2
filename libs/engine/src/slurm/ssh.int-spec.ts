import { startCluster, type OwnCluster, type Sshd } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clustersBySsh, onSshCluster } from '../../test/slurm-fixture.js';
import { startTestWorker, waitForJob, type TestWorker } from '../../test/test-worker.js';
import { anImage, aWorkflow, submit } from '../../test/workflow-fixture.js';

await describeOnCluster('a cluster by SSH', () => {
  let test: TestDatabase;
  let cluster: OwnCluster;
  let sshd: Sshd;
  let worker: TestWorker;
  let reached: ReturnType<typeof clustersBySsh>;

  beforeAll(async () => {
    [test, cluster] = await Promise.all([createTestDatabase(), startCluster({})]);
    sshd = await cluster.startSshd();
    reached = clustersBySsh(test.database);
    worker = await startTestWorker(test.options, { backendTypes: ['slurm_ssh'], clusters: reached.clusters });
  }, 60_000);
  afterAll(async () => {
    await worker?.stop();
    reached?.close();
    await cluster?.stop();
    await test?.close();
  });

  it('runs one parallel task to its end', async () => {
    const [user] = await cluster.createUsers(1);
    const images = ['a', 'b', 'c'].map(anImage);
    const fixture = await aWorkflow(test.database, { images, tasks: [{ type: 'parallel', plan: {}, output_types: { done: true } }] });
    const jobId = await submit(
      test.database,
      await onSshCluster(test.database, fixture, cluster, { user: user!, host: `127.0.0.1:${sshd.port}` }),
    );
    const job = await waitForJob(test.database, jobId, 60_000);
    expect(job).toMatchObject({ status: 'done' });
  });
});
