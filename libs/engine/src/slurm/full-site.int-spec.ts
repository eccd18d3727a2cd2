import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { waitFor } from '@fractal-server/test-support';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { longTest } from '../../test/long-tests.js';
import { SMALL_JOBS } from '../../test/slurm-fixture.js';
import { SlurmScene, type JobParts, type SceneJob } from '../../test/slurm-scene.js';

const PATIENCE_MS = 200_000;

/** Jobs of one unit each. */
const inPartition = (partition: string) => ({
  ...SMALL_JOBS,
  default_slurm_config: { ...SMALL_JOBS.default_slurm_config, partition },
  batching_config: { ...SMALL_JOBS.batching_config, target_num_jobs: 4, target_cpus_per_job: 1 },
});

/** A job of four batches, whose units run until they are let go. */
async function fourBatches(scene: SlurmScene, parts: Partial<JobParts> = {}): Promise<{ job: SceneJob; open(): Promise<void> }> {
  const job = await scene.submit({
    images: ['a', 'b', 'c', 'd'],
    runnerConfig: inPartition('main'),
    tasks: (scratch) => [
      { type: 'parallel', plan: { parallel: { '*': { append_to: join(scratch, 'started'), wait_for: join(scratch, 'go') } } } },
    ],
    ...parts,
  });
  return { job, open: () => writeFile(join(job.scratch, 'go'), '') };
}

async function expectDone(scene: SlurmScene, job: SceneJob): Promise<void> {
  expect((await scene.end(job)).status).toBe('done');
  expect(await scene.lines(join(job.scratch, 'started'), 4)).toHaveLength(4);
}

const warnings = async (scene: SlurmScene, job: SceneJob): Promise<string[]> =>
  (await scene.log(job)).filter((line) => line.startsWith('Waiting for the cluster'));

await describeOnCluster('a full site', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    const partition = (name: string): string => `PartitionName=${name} Nodes=ALL MaxTime=INFINITE State=UP`;
    scene = await SlurmScene.start({
      ...{ shims: true, nodes: { cpus: 32, memoryMb: 16_000 }, accounting: { accounts: [{ name: 'lab' }] } },
      partitions: [`${partition('main')} Default=YES`, partition('drained'), partition('down')],
    });
  }, PATIENCE_MS);
  afterAll(() => scene?.stop());

  it.concurrent(
    'is waited for: beyond a limit of the user nothing is submitted, nobody knocks, and the work goes on by itself',
    async () => {
      const [user] = await scene.cluster.createUsers(1);
      await scene.cluster.sacctmgr('modify', 'user', user!.name, 'set', 'MaxSubmitJobs=2');
      const { job, open } = await fourBatches(scene, { user: user! });
      const reason = await scene.waitsFor(job, /may not have more jobs in SLURM/);
      expect(reason).toContain('AssocMaxSubmitJobLimit');
      await scene.lines(join(job.scratch, 'started'), 2);
      // Both of the wave may have knocked, before the first answer; then the limit is remembered.
      expect(scene.cluster.shims.calls('sbatch').filter((call) => call.user === user!.name).length).toBeLessThanOrEqual(4);
      expect(await warnings(scene, job)).toHaveLength(1);
      await open();
      await expectDone(scene, job);
      expect(await warnings(scene, job)).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'is waited for no longer than the resource allows: the units fail with the reason',
    async () => {
      const [user] = await scene.cluster.createUsers(1);
      await scene.cluster.sacctmgr('modify', 'user', user!.name, 'set', 'MaxSubmitJobs=2');
      const { job, open } = await fourBatches(scene, { user: user!, settings: { max_wait_seconds: 3 } });
      await scene.unitsTurned(job, 2);
      await open();
      expect((await scene.end(job)).status).toBe('failed');
      const units = await scene.units(job);
      expect(units.map(({ status }) => status).sort()).toEqual(['done', 'done', 'failed', 'failed']);
      expect(units.find(({ status }) => status === 'failed')?.why).toMatch(/more than 3 s.*may not have more jobs in SLURM/);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'that drains its partition is waited for, and told',
    async () => {
      await scene.cluster.scontrol('update', 'partitionname=drained', 'state=drain');
      const { job, open } = await fourBatches(scene, { runnerConfig: inPartition('drained') });
      await open();
      try {
        await scene.waitsFor(job, /partition takes no jobs/);
        expect(await scene.attempts(job)).toHaveLength(4);
      } finally {
        await scene.cluster.scontrol('update', 'partitionname=drained', 'state=up');
      }
      await expectDone(scene, job);
      expect(await warnings(scene, job)).toEqual([expect.stringContaining('The partition takes no jobs at the moment')]);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'that takes its partition down lets jobs pend, which say so',
    async () => {
      await scene.cluster.scontrol('update', 'partitionname=down', 'state=down');
      const { job, open } = await fourBatches(scene, { runnerConfig: inPartition('down') });
      await open();
      try {
        await scene.waitsFor(job, /The partition is down/);
      } finally {
        await scene.cluster.scontrol('update', 'partitionname=down', 'state=up');
      }
      await expectDone(scene, job);
      expect(await warnings(scene, job)).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});

await describeOnCluster('a controller', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    scene = await SlurmScene.start({
      absenceRules: { settleSeconds: 30, confirmSeconds: 5 },
      endRules: { graceSeconds: 4, silenceSeconds: 3, fenceSeconds: 20 },
      slurmConf: ['MessageTimeout=3'],
    });
  }, PATIENCE_MS);
  afterAll(() => scene?.stop());

  it(
    'that is frozen while jobs are submitted and while they run ends none and doubles none',
    async () => {
      scene.cluster.controller.freeze();
      const { job, open } = await fourBatches(scene);
      try {
        await scene.waitsFor(job, /did not answer in time|gave no clear answer/);
      } finally {
        scene.cluster.controller.thaw();
      }
      await scene.lines(join(job.scratch, 'started'), 4);
      scene.cluster.controller.freeze();
      await open();
      // Their files tell of their end, though nobody answers.
      await waitFor('the end of all units', async () => (await scene.statuses(job)).every((status) => status === 'done'), {
        deadlineMs: 120_000,
      }).finally(() => scene.cluster.controller.thaw());
      await expectDone(scene, job);
    },
    PATIENCE_MS,
  );

  it(
    'that is killed right after a submission may forget it: the units run once all the same',
    async () => {
      const { job, open } = await fourBatches(scene);
      await scene.slurmJob(job, 'submitted');
      await scene.cluster.controller.kill();
      await open();
      await scene.cluster.controller.start();
      await expectDone(scene, job);
    },
    PATIENCE_MS,
  );

  longTest(
    'that is away while nothing could be submitted yet is waited for',
    async () => {
      await scene.cluster.controller.stop();
      const { job, open } = await fourBatches(scene);
      await open();
      await scene.waitsFor(job, /controller cannot be reached|gave no clear answer/);
      await scene.cluster.controller.start();
      await expectDone(scene, job);
      expect((await warnings(scene, job)).length).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );
});

await describeOnCluster('a cluster with as many jobs as it can hold', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    scene = await SlurmScene.start({
      absenceRules: { settleSeconds: 30, confirmSeconds: 5 },
      slurmConf: ['MaxJobCount=3', 'MinJobAge=2'],
    });
  }, PATIENCE_MS);
  afterAll(() => scene?.stop());

  longTest(
    'makes sbatch sleep: what it holds is looked for, nobody else knocks, and every unit runs once',
    async () => {
      const { job, open } = await fourBatches(scene);
      await scene.lines(join(job.scratch, 'started'), 2);
      await waitFor('a word about it', async () => (await warnings(scene, job)).some((line) => /as many jobs as it can hold/.test(line)), {
        deadlineMs: 60_000,
      });
      await open();
      await expectDone(scene, job);
    },
    PATIENCE_MS,
  );
});
