import { collectEvidence } from './checks/evidence.js';
import { describeDifference, imagesOf } from './checks/images.js';
import { killRunner, stopRunner, type KilledRunner } from './checks/killed-runners.js';
import { listAttemptProcesses, type AttemptProcess } from './checks/processes.js';
import { verifyCluster } from './checks/verify-cluster.js';
import { verifyJobs } from './checks/verify-jobs.js';
import type { ChaosJob, Lane, LaneSettings } from './system/lane.js';
import type { ChaosSystem } from './system/system.js';
import { waitUntil } from './system/wait-until.js';

interface TriedJob {
  readonly job: ChaosJob;
  readonly settings: LaneSettings;
  isEnded: boolean;
  hadFullDisk: boolean;
  isHurt: boolean;
}

/** Attempts at tasks with many units, by their folders. */
const LONG_BATCH = /_(measure|project)[.]/;
/** A lease, a sweep that was answered by a dying worker, a back-off of one minute: after so long everything must have come to its end. */
const SETTLE_DEADLINE_MS = 180_000;
/** A runner has written its end marker a moment before it is gone itself. */
const PROCESS_DEADLINE_MS = 5_000;

/** Jobs that are run while something is done to the system, and the check of all promises when the faults have cleared. */
export class Trial {
  private readonly tried: TriedJob[] = [];
  private readonly killed: KilledRunner[] = [];

  private constructor(
    readonly system: ChaosSystem,
    private readonly afterJob: number,
    /** Images of an undisturbed job. */
    private readonly reference: string | undefined,
  ) {}

  static async begin(system: ChaosSystem, scenario: string, reference: string | undefined): Promise<Trial> {
    system.record.scenario = scenario;
    const [row] = await system.query<{ last: number | null }>('select max(id) as last from job');
    return new Trial(system, row?.last ?? 0, reference);
  }

  get jobs(): readonly ChaosJob[] {
    return this.tried.map(({ job }) => job);
  }

  /** Submits a job. @param settings those of the lane, which decide what may become of the job */
  async submit(lane: Lane, settings: LaneSettings = {}): Promise<ChaosJob> {
    const job = await lane.submit();
    this.tried.push({ job, settings, isEnded: false, hadFullDisk: false, isHurt: false });
    return job;
  }

  async cancel(job: ChaosJob): Promise<void> {
    this.triedJob(job).isEnded = true;
    this.system.record.do(`cancel job ${job.id}`);
    await job.lane.cancel(job);
  }

  async failByAdmin(job: ChaosJob): Promise<void> {
    this.triedJob(job).isEnded = true;
    this.system.record.do(`an administrator fails job ${job.id}`);
    await job.lane.failByAdmin(job);
  }

  noteFullDisk(job: ChaosJob): void {
    this.triedJob(job).hadFullDisk = true;
  }

  /** SLURM jobs of the job are killed, or forgotten by SLURM. */
  noteHurt(job: ChaosJob): void {
    this.triedJob(job).isHurt = true;
  }

  /** Unit runners of a lane's jobs that live now. */
  async runnersOf(lanes: readonly Lane[]): Promise<AttemptProcess[]> {
    const ids = this.tried.filter(({ job }) => lanes.includes(job.lane)).map(({ job }) => job.id);
    const rows = await this.system.query<{ token: string }>(
      `select a.token from attempt a join batch b on b.id = a.batch_id where b.job_id = any($1) and a.state in ('named', 'claimed')`,
      [ids],
    );
    const tokens = new Set(rows.map(({ token }) => token));
    return listAttemptProcesses(this.system.folder).filter(({ isRunner, token }) => isRunner && tokens.has(token));
  }

  /** Waits until a runner of many units lives on the lane. @returns it; undefined when none came in time */
  async findLongRunner(lane: Lane, deadlineMs = 90_000): Promise<AttemptProcess | undefined> {
    let found: AttemptProcess | undefined;
    await waitUntil(deadlineMs, async () => {
      found = (await this.runnersOf([lane])).find(({ command }) => LONG_BATCH.test(command));
      return found !== undefined;
    });
    return found;
  }

  /** Kills a unit runner. */
  async kill(runner: AttemptProcess): Promise<void> {
    this.system.record.kill(`SIGKILL unit runner ${runner.pid}`);
    const killed = await killRunner(runner);
    if (killed !== undefined) this.killed.push(killed);
  }

  /** Kills the lane's worker, which lives in a container, and with it everything that it has started. */
  async killContainer(lane: Lane): Promise<void> {
    const [worker] = lane.workers;
    if (worker === undefined) throw new Error(`${lane.name} has no worker`);
    const killed = await Promise.all((await this.runnersOf([lane])).map((runner) => stopRunner(runner)));
    this.system.record.kill(`SIGKILL container ${worker.name} with ${killed.length} unit runners`);
    await worker.hold();
    // The last lines of results may not have reached the disk: every unit without a result counts as started.
    for (const runner of killed) if (runner !== undefined) this.killed.push({ ...runner, started: 'all' });
    worker.resume();
  }

  /** Waits until the job has ended for its clients. @returns whether it has */
  async waitForEndOf(job: ChaosJob, deadlineMs = SETTLE_DEADLINE_MS): Promise<boolean> {
    return waitUntil(deadlineMs, async () => {
      const [row] = await this.system.query<{ status: string }>('select status from job where id = $1', [job.id]);
      return row?.status !== 'submitted';
    });
  }

  /** Waits until nothing is left to do, then checks every promise. @returns what was broken */
  async finish(): Promise<string[]> {
    await waitUntil(SETTLE_DEADLINE_MS, async () => {
      const [row] = await this.system.query<{ left: number }>(
        `select (select count(*) from job where id > $1 and state <> 'closed')
              + (select count(*) from work where kind = 'job' and id > $1)
              + (select count(*) from work w join batch b on b.id = w.id where w.kind = 'batch' and b.job_id > $1) as left`,
        [this.afterJob],
      );
      return row?.left === 0;
    });
    await waitUntil(PROCESS_DEADLINE_MS, () => listAttemptProcesses(this.system.folder).length === 0);
    const evidence = await collectEvidence(this.system, this.afterJob);
    const promises = this.tried.map(({ job, settings, isEnded, hadFullDisk, isHurt }) => {
      return { jobId: job.id, isEnded, hadFullDisk, isHurt, retriesLostUnits: settings.retriesLostUnits === true };
    });
    const faults = verifyJobs(evidence, promises, this.killed);
    const { cluster } = this.system;
    if (cluster !== undefined) faults.push(...(await verifyCluster(this.system, cluster, this.afterJob)));
    faults.push(...listAttemptProcesses(this.system.folder).map(({ pid, command }) => `process ${pid} is left over: ${command}`));
    for (const { job } of this.tried) {
      if (evidence.jobs.find(({ id }) => id === job.id)?.status !== 'done' || this.reference === undefined) continue;
      const difference = describeDifference(this.reference, await imagesOf(this.system, job));
      if (difference !== '') faults.push(`images of job ${job.id}: ${difference}`);
    }
    faults.push(
      ...this.system.wrongAnswers
        .splice(0)
        .map(({ request, status, text }) => `${request} was answered with ${status}: ${text.slice(0, 200)}`),
    );
    return faults;
  }

  private triedJob(job: ChaosJob): TriedJob {
    const found = this.tried.find((tried) => tried.job === job);
    if (found === undefined) throw new Error(`job ${job.id} is not of this trial`);
    return found;
  }
}
