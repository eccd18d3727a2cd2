import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { waitFor } from '@fractal-server/test-support';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SlurmScene, type JobParts, type SceneJob } from '../../test/slurm-scene.js';

const PATIENCE_MS = 200_000;
const done = { done: true };
const SHUTDOWN = /Task failed because of shutdown/;

await describeOnCluster('a cancel on a cluster', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    scene = await SlurmScene.start({
      shims: true,
      nodes: { cpus: 32, memoryMb: 16_000 },
      absenceRules: { settleSeconds: 4, confirmSeconds: 2 },
      endRules: { graceSeconds: 4, silenceSeconds: 3, fenceSeconds: 20 },
    });
  }, PATIENCE_MS);
  afterEach(() => scene.cluster.shims.behave());
  afterAll(() => scene?.stop());

  /** Unit `a` ends at once, the others never. */
  const aStuckJob = (parts: Partial<JobParts> = {}): Promise<SceneJob> =>
    scene.submit({
      tasks: (scratch) => {
        const append = { append_to: join(scratch, 'started') };
        const parallel = { '/d/zarr/a': append, '*': { ...append, wait_for: '/no/such/file' } };
        return [{ type: 'parallel', plan: { parallel }, output_types: done }];
      },
      ...parts,
    });

  /** The job failed with the shutdown text, its first so many units were done and are merged. */
  async function expectCancelled(job: SceneJob, finished: number): Promise<void> {
    const { status, log } = await scene.end(job);
    expect(status).toBe('failed');
    expect(log).toMatch(SHUTDOWN);
    const units = await scene.units(job);
    expect(units.map((unit) => unit.status)).toEqual(
      ['done', 'failed', 'failed'].map((word, index) => (index < finished ? word : 'failed')),
    );
    for (const { why } of units.slice(finished)) expect(why).toMatch(SHUTDOWN);
    expect(Object.values(await scene.images(job))).toEqual([0, 1, 2].map((index) => (index < finished ? done : {})));
  }

  it(
    'while the units run keeps what had finished; a second one is harmless',
    async () => {
      const job = await aStuckJob();
      await scene.lines(join(job.scratch, 'started'), 3);
      await scene.unitsTurned(job, 1);
      await scene.cancel(job);
      await scene.cancel(job);
      await expectCancelled(job, 1);
      expect(await scene.attempts(job)).toMatchObject([{ state: 'ended' }]);
    },
    PATIENCE_MS,
  );

  it(
    'while the job waits in the queue takes it out of there: no unit ever starts',
    async () => {
      const { cluster } = scene;
      await cluster.scontrol('update', 'partitionname=main', 'state=down');
      try {
        const job = await aStuckJob();
        await scene.waitsFor(job, /The partition is down/);
        await scene.cancel(job);
        await expectCancelled(job, 0);
        expect(await scene.lines(join(job.scratch, 'started'), 0)).toEqual([]);
        expect(await scene.attempts(job)).toMatchObject([{ state: 'revoked' }]);
      } finally {
        await cluster.scontrol('update', 'partitionname=main', 'state=up');
      }
    },
    PATIENCE_MS,
  );

  it(
    'while sbatch is under way leaves nothing behind, though it goes through',
    async () => {
      scene.cluster.shims.misbehave('sbatch', { delaySeconds: 2, real: 'shown', times: 1 });
      const job = await aStuckJob();
      await waitFor('sbatch', () => scene.cluster.shims.calls('sbatch').some(({ user }) => user === job.user.name), { deadlineMs: 60_000 });
      await scene.cancel(job);
      await scene.end(job);
      expect((await scene.units(job)).every(({ status, why }) => status === 'done' || SHUTDOWN.test(why ?? ''))).toBe(true);
      expect(await scene.cluster.liveJobs()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'after a submission of which nobody knows the outcome takes the claim, and waits until nothing can come any more',
    async () => {
      scene.cluster.shims.misbehave('sbatch', { stderr: 'sbatch: error: Socket timed out on send/recv operation\n', status: 1, times: 1 });
      const job = await aStuckJob();
      await scene.waitsFor(job, /no clear answer/);
      await scene.cancel(job);
      await expectCancelled(job, 0);
      expect(await scene.attempts(job)).toMatchObject([{ state: 'revoked', slurmJobId: null }]);
    },
    PATIENCE_MS,
  );

  it(
    'of a job that a limit has kept from being submitted ends at once',
    async () => {
      scene.cluster.shims.misbehave('sbatch', {
        stderr: 'sbatch: error: Batch job submission failed: Job violates accounting/QOS policy\n',
        status: 1,
      });
      const job = await aStuckJob();
      await scene.waitsFor(job, /allows no more jobs/);
      await scene.cancel(job);
      await expectCancelled(job, 0);
      expect(await scene.attempts(job)).toMatchObject([{ state: 'revoked', slurmJobId: null }]);
    },
    PATIENCE_MS,
  );

  it(
    'is heard though the controller is away: the folder tells the runner',
    async () => {
      const job = await aStuckJob();
      await scene.lines(join(job.scratch, 'started'), 3);
      await scene.unitsTurned(job, 1);
      await scene.cluster.controller.stop();
      try {
        await scene.cancel(job);
        await waitFor('the end of the units', async () => (await scene.statuses(job)).every((status) => status !== 'submitted'), {
          deadlineMs: 120_000,
        });
      } finally {
        await scene.cluster.controller.start();
      }
      await expectCancelled(job, 1);
    },
    PATIENCE_MS,
  );
});
