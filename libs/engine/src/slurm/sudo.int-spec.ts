import { startCluster, type OwnCluster } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { createTestDatabase, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clustersBySudo, onSudoCluster } from '../../test/slurm-fixture.js';
import { startTestWorker, waitForJob, type TestWorker } from '../../test/test-worker.js';
import { anImage, aWorkflow, submit } from '../../test/workflow-fixture.js';

await describeOnCluster('a cluster by sudo', () => {
  let test: TestDatabase;
  let cluster: OwnCluster;
  let worker: TestWorker;

  beforeAll(async () => {
    [test, cluster] = await Promise.all([createTestDatabase(), startCluster({})]);
    await cluster.installSudoers(
      `${cluster.service.name} ALL=(ALL) NOPASSWD: /usr/bin/sbatch, /usr/bin/scancel, /usr/bin/cat, /usr/bin/ls, /usr/bin/mkdir`,
    );
    worker = await startTestWorker(test.options, { backendTypes: ['slurm_sudo'], clusters: clustersBySudo(test.database, cluster) });
  }, 60_000);
  afterAll(async () => {
    await worker?.stop();
    await cluster?.stop();
    await test?.close();
  });

  it('runs one parallel task to its end', async () => {
    const [user] = await cluster.createUsers(1);
    const images = ['a', 'b', 'c'].map(anImage);
    const fixture = await aWorkflow(test.database, { images, tasks: [{ type: 'parallel', plan: {}, output_types: { done: true } }] });
    const jobId = await submit(test.database, await onSudoCluster(test.database, fixture, cluster, { user: user! }));
    const job = await waitForJob(test.database, jobId, 60_000);
    expect(job).toMatchObject({ status: 'done' });
  });
});
