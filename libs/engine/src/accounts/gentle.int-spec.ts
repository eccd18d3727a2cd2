import { ringWork } from '@fractal-server/database';
import type { Sshd } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { aPerson, waitFor } from '@fractal-server/test-support';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ObservedSshd } from '../../test/observed-sshd.js';
import { SMALL_JOBS } from '../../test/slurm-fixture.js';
import { SlurmScene, type SceneJob } from '../../test/slurm-scene.js';

const PATIENCE_MS = 200_000;
const WORKERS = 4;
const JOBS = 20;
const POLL_SECONDS = 2;
/** Every account is asked so often while the jobs run. */
const QUESTIONS = 4;
/**
 * The interval is measured by the database, from before the call: the way from there to the start of `squeue` may take longer for one call
 * than for the next.
 */
const WAY_SECONDS = 0.8;

/** Images of a job whose units are a SLURM job each. */
const WAVE = Array.from({ length: 12 }, (_, index) => `image${index}`);
const ONE_UNIT_EACH = {
  ...SMALL_JOBS,
  batching_config: { ...SMALL_JOBS.batching_config, target_num_jobs: 12, max_num_jobs: 12, target_cpus_per_job: 1 },
};

/** How gentle the whole engine is to a real cluster, by what the commands of the cluster themselves have counted. */
await describeOnCluster('four workers', () => {
  let scene: SlurmScene;
  afterEach(() => scene?.stop());

  async function start(way: 'sudo' | 'ssh'): Promise<void> {
    const nodes = { cpus: 32, memoryMb: 32_000 };
    scene = await SlurmScene.start({ way, shims: true, nodes });
    for (let more = 1; more < WORKERS; more += 1) await scene.startWorker();
  }

  /** As many jobs of two users of one cluster, whose units run until they are let go. */
  async function twentyJobs(sshd?: Sshd): Promise<{ jobs: SceneJob[]; open(): Promise<void> }> {
    const [alice, bob] = [scene.cluster.users[0]!, scene.cluster.users[1]!];
    const person = await aPerson(scene.database);
    const people = [person, await aPerson(scene.database, { resourceId: person.resourceId })];
    const jobs: SceneJob[] = [];
    for (let index = 0; index < JOBS; index += 1) {
      const tasks = (scratch: string) => [{ type: 'parallel', plan: { parallel: { '*': { wait_for: join(scratch, 'go') } } } }] as const;
      const whose = { user: index % 2 === 0 ? alice : bob, person: people[index % 2]!, ...(sshd === undefined ? {} : { sshd }) };
      jobs.push(await scene.submit({ ...whose, images: ['a', 'b'], pollInterval: POLL_SECONDS, tasks }));
    }
    const open = async () => {
      for (const { scratch } of jobs) await writeFile(join(scratch, 'go'), '');
    };
    return { jobs, open };
  }

  /** Runs all jobs to their ends, while everybody asks for a look at the accounts all the time. Returns when `squeue` was called, by caller. */
  async function questionsOf(
    jobs: readonly SceneJob[],
    open: () => Promise<void>,
    callers: readonly string[],
  ): Promise<Map<string, number[]>> {
    const questions = (): Map<string, number[]> => {
      const calls = scene.cluster.shims.calls('squeue');
      return new Map(callers.map((name) => [name, calls.filter(({ user }) => user === name).map(({ at }) => at)]));
    };
    await waitFor(
      'jobs that run, and questions',
      async () => {
        for (const { id } of await scene.database.query<{ id: number }>('select id from account')) {
          await ringWork(scene.database, { kind: 'account', id });
        }
        const isAsked = [...questions().values()].every((times) => times.length >= QUESTIONS);
        return isAsked && (await scene.cluster.liveJobs()).length === JOBS;
      },
      { deadlineMs: PATIENCE_MS, intervalMs: 100 },
    );
    await open();
    for (const job of jobs) expect((await scene.end(job)).status).toBe('done');
    const all = scene.cluster.shims.calls('squeue').map(({ user }) => user);
    expect(new Set(all)).toEqual(new Set(callers));
    return questions();
  }

  function expectGentle(times: readonly number[]): void {
    const gaps = times.slice(1).map((at, index) => at - times[index]!);
    expect(Math.min(...gaps)).toBeGreaterThan(POLL_SECONDS - WAY_SECONDS);
    expect(times.length).toBeLessThanOrEqual((times.at(-1)! - times[0]!) / POLL_SECONDS + 2);
  }

  it(
    'ask once per interval for twenty jobs of two users, by sudo as the server itself',
    async () => {
      await start('sudo');
      const { jobs, open } = await twentyJobs();
      const asked = await questionsOf(jobs, open, [scene.cluster.service.name]);
      for (const times of asked.values()) expectGentle(times);
      expect(scene.cluster.shims.calls('sbatch')).toHaveLength(JOBS);
    },
    PATIENCE_MS,
  );

  it(
    'ask once per interval for each of two logins, over SSH',
    async () => {
      await start('ssh');
      const observed = await ObservedSshd.start(scene.cluster);
      const { jobs, open } = await twentyJobs(observed.sshd);
      const asked = await questionsOf(jobs, open, [scene.cluster.users[0]!.name, scene.cluster.users[1]!.name]);
      for (const times of asked.values()) expectGentle(times);
      expect(scene.cluster.shims.calls('sbatch')).toHaveLength(JOBS);
      const submissions = () => observed.calls().filter(({ command }) => command.includes('sbatch')).length;
      // A wave of one run: the first is not kept waiting, the others go together.
      const before = submissions();
      const wave = await scene.submit({
        sshd: observed.sshd,
        images: WAVE,
        runnerConfig: ONE_UNIT_EACH,
        tasks: [{ type: 'parallel', plan: {} }],
      });
      expect((await scene.end(wave)).status).toBe('done');
      expect(scene.cluster.shims.calls('sbatch')).toHaveLength(JOBS + WAVE.length);
      expect(submissions() - before).toBeLessThanOrEqual(WAVE.length / 3);
    },
    PATIENCE_MS,
  );
});
