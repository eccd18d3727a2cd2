import { readProcess } from '@fractal-server/hosts';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { waitFor } from '@fractal-server/test-support';
import { writeFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL_JOBS } from '../../test/slurm-fixture.js';
import { SlurmScene, type JobParts, type SceneJob } from '../../test/slurm-scene.js';

const PATIENCE_MS = 200_000;
const done = { done: true };
/** The node that fails, and the one that is taken away from jobs. */
const onNode = (nodelist: string, parts: object = {}) => ({
  ...SMALL_JOBS,
  default_slurm_config: { ...SMALL_JOBS.default_slurm_config, nodelist, ...parts },
  batching_config: { ...SMALL_JOBS.batching_config, target_mem_per_job: 16_000, max_mem_per_job: 16_000 },
});

/** Says whether it runs alone: an open file is locked as long as the process lives. */
const STUBBORN = `
import fcntl, os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() != 0:
    os.wait()
    sys.exit(0)
os.setsid()
scratch = os.path.dirname(os.path.abspath(sys.argv[0]))
lock = open(scratch + '/lock', 'w')
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    word = 'alone'
except OSError:
    word = 'beside another one'
with open(scratch + '/starts', 'a') as starts:
    starts.write(word + '\\n')
while not os.path.exists(scratch + '/go'):
    time.sleep(0.02)
`;

/** How SLURM jobs end otherwise than with their units: whose fault it is decides about the units that had not started. */
await describeOnCluster('a SLURM job', () => {
  let scene: SlurmScene;
  beforeAll(async () => {
    scene = await SlurmScene.start({
      nodes: { cpus: 32, memoryMb: 16_000 },
      endRules: { graceSeconds: 3, silenceSeconds: 3, fenceSeconds: 20 },
      slurmConf: [
        'PreemptType=preempt/partition_prio',
        'PreemptMode=CANCEL',
        'JobAcctGatherType=jobacct_gather/linux',
        'JobAcctGatherParams=OverMemoryKill',
        'JobAcctGatherFrequency=task=1',
      ],
      partitions: [
        'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1',
        'PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF',
      ],
    });
  }, PATIENCE_MS);
  afterAll(() => scene?.stop());

  interface HalfDone {
    readonly job: SceneJob;
    readonly slurmJob: string;
    /** Lets the units of later attempts end. */
    open(): Promise<void>;
    /** Urls in the order in which their units were started. */
    starts(): Promise<string[]>;
  }

  /** Four units, one at a time: `a` has ended, `b` runs until the file `go` is there, `c` and `d` have not started. */
  async function halfDone(parts: Partial<JobParts> = {}): Promise<HalfDone> {
    const job = await scene.submit({
      images: ['a', 'b', 'c', 'd'],
      runnerConfig: onNode('n1'),
      tasks: (scratch) => {
        const append = { append_to: join(scratch, 'started') };
        const other = { ...append, wait_for: join(scratch, 'go') };
        // Not so quick that the runner announces more than one unit ahead.
        const parallel = { '/d/zarr/a': { ...append, sleep: 1.2 }, '*': other };
        const meta = { tasks_per_job: 4, parallel_tasks_per_job: 1 };
        return [{ type: 'parallel', plan: { parallel }, output_types: done, meta_parallel: meta }];
      },
      ...parts,
    });
    const started = join(job.scratch, 'started');
    await scene.lines(started, 2);
    const slurmJob = await scene.slurmJob(job);
    await scene.unitsTurned(job, 1);
    return { job, slurmJob, starts: () => scene.lines(started, 0), open: () => writeFile(join(job.scratch, 'go'), '') };
  }

  async function expectEnd({ job, starts }: HalfDone, statuses: readonly string[], word: RegExp): Promise<void> {
    expect((await scene.end(job)).status).toBe(statuses.includes('failed') ? 'failed' : 'done');
    const units = await scene.units(job);
    expect(units.map(({ status }) => status)).toEqual(statuses);
    for (const { why } of units.filter(({ status }) => status === 'failed')) expect(why).toMatch(word);
    const names = ['a', 'b', 'c', 'd'];
    const merged = names.map((name, index) => [`/d/zarr/${name}`, statuses[index] === 'done' ? done : {}]);
    expect(await scene.images(job)).toEqual(Object.fromEntries(merged));
    // What had not started has started once, or never.
    const counts = names.slice(2).map(async (name) => (await starts()).filter((line) => line.endsWith(name)).length);
    expect(await Promise.all(counts)).toEqual(statuses.slice(2).map((status) => (status === 'done' ? 1 : 0)));
  }

  /** The parent of the job's only unit runner. */
  async function guardianOf({ id }: SceneJob): Promise<number> {
    const [owner] = await scene.database.query<{ pid: number }>(
      `select (a.owner->>'pid')::integer as pid from attempt a join batch b on b.id = a.batch_id where b.job_id = $1`,
      [id],
    );
    return readProcess(owner!.pid)!.parentPid;
  }

  it.concurrent(
    'that reaches its time limit keeps what had finished; the other units fail with TIMEOUT',
    async () => {
      const half = await halfDone();
      await scene.cluster.timeOut(half.slurmJob);
      await expectEnd(half, ['done', 'failed', 'failed', 'failed'], /TIMEOUT: the job reached its time limit/);
      expect(await scene.executorError(half.job)).toMatch(/DUE TO TIME LIMIT/);
      expect(await scene.attempts(half.job)).toMatchObject([{ state: 'ended', why: 'TIMEOUT' }]);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'that an administrator cancels does the same with CANCELLED',
    async () => {
      const half = await halfDone();
      await scene.cluster.run(['scancel', half.slurmJob]);
      await expectEnd(half, ['done', 'failed', 'failed', 'failed'], /CANCELLED/);
      expect(await scene.attempts(half.job)).toMatchObject([{ state: 'ended', why: expect.stringMatching(/^CANCELLED/) }]);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'whose runner is killed leaves no end marker: the grace time passes first',
    async () => {
      const half = await halfDone();
      await scene.killRunner(half.job);
      await expectEnd(half, ['done', 'failed', 'failed', 'failed'], /FAILED/);
      expect(await scene.executorError(half.job)).toContain('the unit runner was ended by signal 9');
      expect(await scene.attempts(half.job)).toMatchObject([{ state: 'lost' }]);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'whose guardian is killed leaves an end marker: its runner ends the units in order',
    async () => {
      const half = await halfDone();
      process.kill(await guardianOf(half.job), 'SIGKILL');
      await expectEnd(half, ['done', 'failed', 'failed', 'failed'], /FAILED/);
      expect(await scene.attempts(half.job)).toMatchObject([{ state: 'ended', why: 'FAILED' }]);
    },
    PATIENCE_MS,
  );

  /** Units that only SIGKILL ends, each with a process in a session of its own, until the file `go` is there. */
  async function stubbornJob(parts: Partial<JobParts> = {}) {
    const job = await scene.submit({
      images: ['a'],
      runnerConfig: onNode('n1'),
      tasks: (scratch) => {
        const program = join(scratch, 'stubborn.py');
        writeFileSync(program, STUBBORN);
        return [{ type: 'parallel', plan: {}, output_types: done, command: `/usr/bin/python3 -I -S ${program}` }];
      },
      ...parts,
    });
    const starts = (count: number): Promise<string[]> => scene.lines(join(job.scratch, 'starts'), count);
    await starts(1);
    return { job, starts, slurmJob: await scene.slurmJob(job), open: () => writeFile(join(job.scratch, 'go'), '') };
  }

  it.concurrent(
    'whose runner is killed has no unit left when they run again, though SLURM cannot find them',
    async () => {
      const { job, starts, open } = await stubbornJob({ settings: { retry_lost_units: true, retry_max: 2 } });
      await scene.killRunner(job);
      expect(await starts(2)).toEqual(['alone', 'alone']);
      await open();
      expect((await scene.end(job)).status).toBe('done');
      expect(await scene.images(job)).toEqual({ '/d/zarr/a': done });
      expect(await scene.attempts(job)).toMatchObject([{ state: 'lost' }, { state: 'ended', why: 'completed' }]);
    },
    PATIENCE_MS,
  );

  it.concurrent.each([
    ['reaches its time limit', 'TIMEOUT', (slurmJob: string) => scene.cluster.timeOut(slurmJob)],
    ['an administrator cancels', 'CANCELLED', (slurmJob: string) => scene.cluster.run(['scancel', slurmJob])],
  ])(
    'that %s leaves an end marker though its units ignore SIGTERM: they are killed before SLURM kills everything',
    async (_what, word, end) => {
      const { job, slurmJob } = await stubbornJob();
      await end(slurmJob);
      expect((await scene.end(job)).status).toBe('failed');
      expect(await scene.attempts(job)).toMatchObject([{ state: 'ended', why: expect.stringContaining(word) }]);
      for (const { why } of await scene.units(job)) expect(why).toContain(word);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'that takes more memory than it asked for fails its units, in SLURM’s words',
    async () => {
      const job = await scene.submit({
        images: ['a', 'b'],
        runnerConfig: onNode('n1'),
        tasks: (scratch) => {
          const hog = join(scratch, 'hog.py');
          writeFileSync(hog, 'import time\nx = bytearray(400 * 1000 * 1000)\ntime.sleep(60)\n');
          return [{ type: 'parallel', plan: {}, command: `/usr/bin/python3 -I -S ${hog}` }];
        },
      });
      expect((await scene.end(job)).status).toBe('failed');
      for (const { why } of await scene.units(job)) expect(why).toMatch(/SLURM says FAILED[^]*exceeded memory limit/);
      expect(await scene.executorError(job)).toContain('exceeded memory limit');
      expect(await scene.attempts(job)).toMatchObject([{ state: 'lost' }]);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'that has to make room for another one is followed by a new attempt for the units that had not started',
    async () => {
      const half = await halfDone({ runnerConfig: onNode('n2', { mem: 9_000 }) });
      const urgent = ['sbatch', '--parsable', '--partition=urgent', '--nodelist=n2', '--mem=9000', '--output=/dev/null', '--wrap=true'];
      await scene.cluster.runAs(half.job.user, urgent);
      await waitFor('a second attempt', async () => (await scene.attempts(half.job)).length > 1, { deadlineMs: PATIENCE_MS });
      await half.open();
      await expectEnd(half, ['done', 'failed', 'done', 'done'], /PREEMPTED: the job had to make room/);
      expect(await scene.attempts(half.job)).toMatchObject([
        { state: 'ended', why: 'PREEMPTED' },
        { state: 'ended', why: 'completed' },
      ]);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'is submitted again, with more memory and time, where its resource allows it',
    async () => {
      const settings = { retry_lost_units: true, retry_max: 2, retry_memory_factor: 2, retry_time_factor: 3 };
      const half = await halfDone({ settings });
      await scene.cluster.timeOut(half.slurmJob);
      await waitFor('a second attempt', async () => (await scene.attempts(half.job)).length > 1, { deadlineMs: PATIENCE_MS });
      await half.open();
      await expectEnd(half, ['done', 'done', 'done', 'done'], /never/);
      expect((await half.starts()).filter((url) => url.endsWith('b'))).toHaveLength(2);
      const { working_dir: folder } = await scene.end(half.job);
      const script = await readFile(join(folder, '0_task_0', 'par-000000-slurm-submit.sh'), 'utf8');
      expect(script).toMatch(/--mem=200M\n/);
      expect(script).toMatch(/--time=0-00:30:00\n/);
      // The log of the first try is kept.
      expect(await readdir(join(folder, '0_task_0'))).toContain('par-000000-0000001-log.txt');
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'is not requeued, whatever its script says',
    async () => {
      const { default_slurm_config: config } = onNode('n1');
      const half = await halfDone({
        runnerConfig: { ...SMALL_JOBS, default_slurm_config: { ...config, extra_lines: ['#SBATCH --requeue'] } },
      });
      await expect(scene.cluster.scontrol('requeue', half.slurmJob)).rejects.toThrow(/./);
      await half.open();
      await expectEnd(half, ['done', 'done', 'done', 'done'], /never/);
      expect(await scene.attempts(half.job)).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'whose script ends before its runner starts fails its units with what SLURM and the script say',
    async () => {
      const tasks = [{ type: 'parallel', plan: {}, output_types: done }] as const;
      const job = await scene.submit({ tasks, workerInit: 'echo "no such module" >&2\nexit 3', runnerConfig: onNode('n1') });
      const { status, log } = await scene.end(job);
      expect(status).toBe('failed');
      expect(log).toMatch(/ended before its units could start.*FAILED/);
      expect(log).toContain('no such module');
      expect(await scene.executorError(job)).toContain('no such module');
      expect(await scene.attempts(job)).toMatchObject([{ state: 'revoked', why: 'FAILED' }]);
      expect(await scene.images(job)).toEqual({ '/d/zarr/a': {}, '/d/zarr/b': {}, '/d/zarr/c': {} });
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'whose interpreter is missing says so',
    async () => {
      const tasks = [{ type: 'parallel', plan: {} }] as const;
      const job = await scene.submit({ tasks, python: '/no/such/python3', runnerConfig: onNode('n1') });
      const { log } = await scene.end(job);
      expect(log).toMatch(/\/no\/such\/python3.*No such file/);
    },
    PATIENCE_MS,
  );

  it(
    'whose node dies is followed by a new attempt for the units that had not started',
    async () => {
      const half = await halfDone({ runnerConfig: onNode('n2') });
      await scene.cluster.n2.kill();
      await scene.cluster.n2.setDown();
      await half.open();
      await waitFor('a second attempt', async () => (await scene.attempts(half.job)).length > 1, { deadlineMs: PATIENCE_MS });
      await scene.cluster.n2.start();
      await scene.cluster.n2.resume();
      await expectEnd(half, ['done', 'failed', 'done', 'done'], /NODE_FAIL: a node failed/);
      expect(await scene.attempts(half.job)).toMatchObject([{ state: 'lost', why: 'NODE_FAIL' }, { state: 'ended' }]);
    },
    PATIENCE_MS,
  );
});
