import type { Fault } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { waitFor } from '@fractal-server/test-support';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { longTest } from '../../test/long-tests.js';
import { SlurmScene, type JobParts, type SceneJob } from '../../test/slurm-scene.js';

const PATIENCE_MS = 200_000;
const done = { done: true };
const NAMES = ['a', 'b', 'c'];

/** A job whose units write down their start and run until they are let go. */
async function aRunningJob(scene: SlurmScene, parts: Partial<JobParts> = {}): Promise<{ job: SceneJob; open(): Promise<void> }> {
  const job = await scene.submit({
    images: NAMES,
    tasks: (scratch) => {
      const action = { append_to: join(scratch, 'started'), wait_for: join(scratch, 'go') };
      return [{ type: 'parallel', plan: { parallel: { '*': action } }, output_types: done }];
    },
    ...parts,
  });
  return { job, open: () => writeFile(join(job.scratch, 'go'), '') };
}

/** All units were done, each started once, by so many attempts. */
async function expectDoneOnce(scene: SlurmScene, job: SceneJob, attempts = 1): Promise<void> {
  expect((await scene.end(job)).status).toBe('done');
  expect(await scene.statuses(job)).toEqual(['done', 'done', 'done']);
  expect((await scene.lines(join(job.scratch, 'started'), 3)).sort()).toEqual(NAMES.map((name) => `/d/zarr/${name}`));
  expect(await scene.attempts(job)).toHaveLength(attempts);
}

const squeueCalls = (scene: SlurmScene): number => scene.cluster.shims.calls('squeue').length;

await describeOnCluster('what is not seen of a SLURM job', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    scene = await SlurmScene.start({
      shims: true,
      absenceRules: { settleSeconds: 4, confirmSeconds: 2 },
      endRules: { graceSeconds: 4, silenceSeconds: 3, fenceSeconds: 20 },
      slurmConf: ['MinJobAge=2', 'MessageTimeout=2'],
    });
  }, PATIENCE_MS);
  afterEach(() => scene.cluster.shims.behave());
  afterAll(() => scene?.stop());

  it.each<[what: string, fault: Fault]>([
    ['an empty answer with status 0', { status: 0 }],
    ['status 1', { stderr: 'slurm_load_jobs error: Unexpected message received\n', status: 1 }],
    ['garbage', { stdout: 'Welcome to the cluster!\n\u0007|||\n', status: 0 }],
    ['half an answer', { real: { through: 'cut -c 1-6' } }],
    ['"Socket timed out"', { stderr: 'slurm_load_jobs error: Socket timed out on send/recv operation\n', status: 1 }],
  ])(
    'does not end it: squeue gives %s',
    async (_what, fault) => {
      const { job, open } = await aRunningJob(scene);
      await scene.slurmJob(job);
      await scene.lines(join(job.scratch, 'started'), 3);
      scene.cluster.shims.misbehave('squeue', fault);
      const before = squeueCalls(scene);
      await waitFor('looks in vain', () => squeueCalls(scene) >= before + 3, { deadlineMs: 60_000 });
      expect(await scene.statuses(job)).toEqual(['submitted', 'submitted', 'submitted']);
      expect(await scene.cluster.liveJobs()).toHaveLength(1);
      scene.cluster.shims.behave();
      await open();
      await expectDoneOnce(scene, job);
    },
    PATIENCE_MS,
  );

  it(
    'is found in its files: it ends while squeue shows nothing at all',
    async () => {
      scene.cluster.shims.misbehave('squeue', { status: 0 });
      const { job, open } = await aRunningJob(scene);
      await open();
      await expectDoneOnce(scene, job);
    },
    PATIENCE_MS,
  );

  it(
    'may have been submitted: sbatch that submits, and then fails, is not repeated',
    async () => {
      scene.cluster.shims.misbehave('sbatch', {
        real: 'silent',
        stderr: 'sbatch: error: Socket timed out on send/recv operation\n',
        status: 1,
        times: 1,
      });
      const { job, open } = await aRunningJob(scene);
      await open();
      await expectDoneOnce(scene, job);
    },
    PATIENCE_MS,
  );

  longTest(
    'may never have been submitted: after a doubt the name is looked for, then a new attempt follows',
    async () => {
      scene.cluster.shims.misbehave('sbatch', { stderr: 'sbatch: error: Socket timed out on send/recv operation\n', status: 1, times: 1 });
      const { job, open } = await aRunningJob(scene);
      await open();
      await expectDoneOnce(scene, job, 2);
      expect(await scene.attempts(job)).toMatchObject([{ state: 'revoked', slurmJobId: null }, { state: 'ended' }]);
    },
    PATIENCE_MS,
  );

  it.each<[what: string, fault: Fault]>([
    [
      'a banner and a warning',
      { stdout: 'Dear user,\nthe cluster is slow today\n', stderr: 'sbatch: warning: be patient\n', real: 'shown' },
    ],
    ['`id;cluster`', { real: { through: "sed 's/$/;main/'" } }],
    ['nothing, with status 0', { real: 'silent' }],
    ['a banner behind the id', { real: { through: 'cat; echo Good luck' } }],
  ])(
    'is told by its name, not by sbatch, which prints %s',
    async (_what, fault) => {
      scene.cluster.shims.misbehave('sbatch', { ...fault, times: 1 });
      const { job, open } = await aRunningJob(scene);
      await open();
      await expectDoneOnce(scene, job);
    },
    PATIENCE_MS,
  );

  it(
    'of which only the end marker is late is not failed',
    async () => {
      const { job, open } = await aRunningJob(scene);
      await scene.slurmJob(job);
      // What a network file system shows late: names come up to seconds after the SLURM job has left the queue.
      scene.lateness.hidden = /^(end|bundle\.\d+|results\.\d+\.\d+)$/;
      await open();
      await waitFor('the end of the SLURM job', async () => (await scene.cluster.liveJobs()).length === 0, { deadlineMs: 60_000 });
      await scene.waitsFor(job, /not visible yet/);
      scene.lateness.hidden = null;
      await expectDoneOnce(scene, job);
    },
    PATIENCE_MS,
  );
});

await describeOnCluster('a cluster that hides the jobs of others, and forgets them soon', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    scene = await SlurmScene.start({
      absenceRules: { settleSeconds: 4, confirmSeconds: 2 },
      endRules: { graceSeconds: 4, silenceSeconds: 3, fenceSeconds: 20 },
      slurmConf: ['MinJobAge=2', 'PrivateData=jobs'],
    });
  }, PATIENCE_MS);
  afterAll(() => scene?.stop());

  it(
    'does not make a running unit fail',
    async () => {
      const { job, open } = await aRunningJob(scene);
      await scene.lines(join(job.scratch, 'started'), 3);
      await waitFor('the second confirmation', async () => (await scene.sightSeconds(job)) > 6, { deadlineMs: 60_000 });
      expect(await scene.statuses(job)).toEqual(['submitted', 'submitted', 'submitted']);
      await open();
      await expectDoneOnce(scene, job);
    },
    PATIENCE_MS,
  );

  longTest(
    'whose runner was killed counts as lost when it has been silent for long enough',
    async () => {
      const { job, open } = await aRunningJob(scene);
      await scene.lines(join(job.scratch, 'started'), 3);
      await scene.slurmJob(job);
      await scene.killRunner(job);
      await open();
      expect((await scene.end(job)).status).toBe('failed');
      for (const { why } of await scene.units(job)) expect(why).toContain('gives no sign of life');
    },
    PATIENCE_MS,
  );

  it(
    'does not make a job wait for ever for the reason of its end',
    async () => {
      const { job } = await aRunningJob(scene);
      await scene.lines(join(job.scratch, 'started'), 3);
      await scene.cluster.run(['scancel', await scene.slurmJob(job)]);
      expect((await scene.end(job)).status).toBe('failed');
      for (const { why } of await scene.units(job)) expect(why).toContain('SLURM does not show why');
    },
    PATIENCE_MS,
  );
});
