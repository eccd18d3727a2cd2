import type { Fault } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { waitFor } from '@fractal-server/test-support';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ObservedSshd } from '../../test/observed-sshd.js';
import { SMALL_JOBS } from '../../test/slurm-fixture.js';
import { SlurmScene, type JobParts, type SceneJob } from '../../test/slurm-scene.js';

const PATIENCE_MS = 200_000;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
/** How the logs of two batches are called. */
const LOGS = NAMES.map((_, index) => `par-00000${index < 4 ? 0 : 1}-000000${index}-log.txt`);
/** One SLURM job for each unit. */
const ONE_UNIT_EACH = {
  ...SMALL_JOBS,
  batching_config: { ...SMALL_JOBS.batching_config, target_num_jobs: NAMES.length, target_cpus_per_job: 1 },
};

/** Whole jobs over connections, servers and commands that fail in the middle of their work. */
await describeOnCluster('a job over SSH', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    scene = await SlurmScene.start({
      ...{ way: 'ssh', shims: true, nodes: { cpus: 32, memoryMb: 16_000 }, slurmConf: ['MessageTimeout=3'] },
      absenceRules: { settleSeconds: 20, confirmSeconds: 3 },
      endRules: { graceSeconds: 4, silenceSeconds: 3, fenceSeconds: 20 },
    });
  }, PATIENCE_MS);
  afterEach(() => scene.cluster.shims.behave());
  afterAll(() => scene?.stop());

  /** Its units write down their start and run until they are let go. */
  async function aJob(parts: Partial<JobParts> = {}): Promise<{ job: SceneJob; open(): Promise<void>; started(): Promise<string[]> }> {
    const job = await scene.submit({
      images: NAMES,
      tasks: (scratch) => {
        const action = { append_to: join(scratch, 'started'), wait_for: join(scratch, 'go') };
        return [{ type: 'parallel', plan: { parallel: { '*': action } }, output_types: { done: true } }];
      },
      ...parts,
    });
    const open = (): Promise<void> => writeFile(join(job.scratch, 'go'), '');
    return { job, open, started: () => scene.lines(join(job.scratch, 'started'), NAMES.length) };
  }

  /** Every unit is done and was started once, and no batch needed a second attempt. */
  async function expectDoneOnce(job: SceneJob, batches: number): Promise<void> {
    await expectStartedOnce(job);
    expect(await scene.attempts(job)).toEqual(Array.from({ length: batches }, () => expect.objectContaining({ state: 'ended' })));
  }

  async function expectStartedOnce(job: SceneJob): Promise<void> {
    expect((await scene.end(job)).status).toBe('done');
    expect(await scene.statuses(job)).toEqual(NAMES.map(() => 'done'));
    expect((await scene.lines(join(job.scratch, 'started'), NAMES.length)).sort()).toEqual(NAMES.map((name) => `/d/zarr/${name}`));
  }

  it.each<[what: string, fault: Fault]>([
    ['it submits, and then fails', { real: 'silent', stderr: 'sbatch: error: Socket timed out on send/recv operation\n', status: 1 }],
    ['it says nothing', { real: 'silent' }],
    [
      'it prints a banner, a warning and `id;cluster`',
      { stdout: 'Dear user,\n', stderr: 'sbatch: warning\n', real: { through: "sed 's/$/;main/'" } },
    ],
  ])(
    'is submitted once whatever sbatch says: %s',
    async (_what, fault) => {
      scene.cluster.shims.misbehave('sbatch', { ...fault, times: 1 });
      const { job, open } = await aJob();
      await open();
      await expectDoneOnce(job, 2);
    },
    PATIENCE_MS,
  );

  it(
    'is done once though the controller is killed right after the submission',
    async () => {
      const { job, open } = await aJob();
      await scene.slurmJob(job, 'submitted');
      await scene.cluster.controller.kill();
      await open();
      await scene.cluster.controller.start();
      // It may have forgotten them: then new attempts follow.
      await expectStartedOnce(job);
    },
    PATIENCE_MS,
  );

  it.concurrent.each<[what: string, words: string]>([
    ['its files are sent', 'tar -x'],
    ['its logs are fetched', 'bundle.'],
  ])(
    'is done once though the session dies while %s',
    async (_what, words) => {
      const observed = await ObservedSshd.start(scene.cluster);
      observed.letStick(words);
      const { job, open } = await aJob({ sshd: observed.sshd });
      await open();
      await observed.stuck();
      await observed.sshd.killSessions();
      await expectDoneOnce(job, 2);
      const { working_dir: folder } = await scene.end(job);
      expect(await readdir(join(folder, '0_task_0'))).toEqual(expect.arrayContaining(LOGS));
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'goes on by itself after sessions were cut between two looks',
    async () => {
      const sshd = await scene.cluster.startSshd();
      const { job, open, started } = await aJob({ sshd });
      await started();
      for (let cut = 0; cut < 3; cut += 1) {
        await sshd.killSessions();
        await waitFor('a new session', () => sshd.sessions().length > 0, { deadlineMs: 60_000 });
      }
      await open();
      await expectDoneOnce(job, 2);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'waits, and says why, while the server stands still for longer than any call may take',
    async () => {
      const sshd = await scene.cluster.startSshd();
      const running = await aJob({ sshd });
      await running.started();
      sshd.freeze();
      const late = await aJob({ sshd });
      try {
        await running.open();
        await scene.waitsFor(late.job, /Not finished after|was lost/);
        expect(await scene.statuses(running.job)).toEqual(NAMES.map(() => 'submitted'));
      } finally {
        sshd.thaw();
      }
      await late.open();
      await expectDoneOnce(running.job, 2);
      await expectDoneOnce(late.job, 2);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'waits, and says why, while no profile can log in as its user any more',
    async () => {
      const [user] = await scene.cluster.createUsers(1);
      const later = { ...SMALL_JOBS.default_slurm_config, extra_lines: ['#SBATCH --begin=now+1hour'] };
      const { job, open } = await aJob({ user: user!, runnerConfig: { ...SMALL_JOBS, default_slurm_config: later } });
      await open();
      const ids = await waitFor('its SLURM jobs', async () => {
        const known = (await scene.attempts(job)).map(({ slurmJobId }) => slurmJobId);
        return known.length === 2 && !known.includes(null) ? known : null;
      });
      const rename = (name: string) =>
        scene.database.execute('update profile set username = $2 where resource_id = $1', [job.resourceId, name]);
      await rename('nobody');
      await scene.waitsFor(job, new RegExp(`no profile of the resource logs in as ${user!.name} any more`));
      await rename(user!.name);
      for (const id of ids) await scene.cluster.scontrol('update', `jobid=${id}`, 'starttime=now');
      await expectDoneOnce(job, 2);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'comes through a server that allows two sessions at a time',
    async () => {
      const sshd = await scene.cluster.startSshd(['MaxSessions 2']);
      const { job, open } = await aJob({ sshd, runnerConfig: ONE_UNIT_EACH });
      await open();
      await expectDoneOnce(job, NAMES.length);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'waits, and says why, while a server drops connections because others are logging in',
    async () => {
      const sshd = await scene.cluster.startSshd(['MaxStartups 1:100:1', 'LoginGraceTime 120']);
      const leave = await sshd.occupy();
      const { job, open } = await aJob({ sshd });
      await open();
      await scene.waitsFor(job, /No connection to/).finally(leave);
      await expectDoneOnce(job, 2);
    },
    PATIENCE_MS,
  );
});
