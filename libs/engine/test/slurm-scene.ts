import type { AbsenceRules } from '../src/accounts/judge-sight.js';
import type { EndRules } from '../src/slurm/end-rules.js';
import type { Database } from '@fractal-server/database';
import { startCluster, type ClusterOptions, type ClusterUser, type OwnCluster, type Sshd } from '@fractal-server/test-cluster';
import { createTestDatabase, waitFor, type Person, type TestDatabase } from '@fractal-server/test-support';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { requestCancel } from '../src/submission/end-job.js';
import { findAttemptProcesses } from './attempt-processes.js';
import { clustersBySsh, clustersBySudo, onSshCluster, onSudoCluster, type Lateness } from './slurm-fixture.js';
import { startTestWorker, waitForJob, type TestWorker } from './test-worker.js';
import { anImage, aWorkflow, submit, type FakeTask } from './workflow-fixture.js';

const SUDO_RULES = (account: string): string =>
  `${account} ALL=(ALL) NOPASSWD: /usr/bin/sbatch, /usr/bin/scancel, /usr/bin/cat, /usr/bin/ls, /usr/bin/mkdir`;

/** On a loaded machine a SLURM job takes its time; tests end as soon as they have seen what they wait for. */
const PATIENT = { deadlineMs: 150_000, intervalMs: 50 };

/** How a cluster under test is made. */
export interface SceneOptions extends ClusterOptions {
  /** How the server gets to it. Default: by sudo. */
  readonly way?: 'sudo' | 'ssh';
  readonly absenceRules?: AbsenceRules;
  readonly endRules?: EndRules;
}

/** A job under test. */
export interface JobParts {
  readonly user?: ClusterUser;
  /** Whose job it is: another one with the resource of an earlier one. Default: a person and a resource of its own. */
  readonly person?: Person;
  /** Another SSH server than the scene's. */
  readonly sshd?: Sshd;
  /** Seconds between two looks at the queue; 0 (as often as it may be) by default. */
  readonly pollInterval?: number;
  /** Names of the dataset's images. */
  readonly images?: readonly string[];
  /** They may use a folder of the user's own, for what they leave and wait for. */
  readonly tasks: readonly FakeTask[] | ((scratch: string) => readonly FakeTask[]);
  readonly settings?: unknown;
  readonly runnerConfig?: unknown;
  readonly slurmAccount?: string;
  readonly workerInit?: string;
  /** Part of the names of all its folders. */
  readonly folderName?: string;
  /** Interpreter of the unit runner. */
  readonly python?: string;
}

/** A job that was submitted. */
export interface SceneJob {
  readonly id: number;
  readonly datasetId: number;
  readonly user: ClusterUser;
  readonly resourceId: number;
  /** A folder of the user's own, for what tasks leave. */
  readonly scratch: string;
  /** Submits the same workflow on the same dataset once more. */
  again(): Promise<SceneJob>;
}

/** A real cluster, a database and workers, and all that is asserted of a job there. */
export class SlurmScene {
  /** By sudo only. */
  readonly lateness: Lateness = { hidden: null };
  private readonly workers: TestWorker[] = [];
  private serial = 0;

  private constructor(
    readonly test: TestDatabase,
    readonly cluster: OwnCluster,
    private readonly way: { readonly host: string } | null,
    private readonly rules: Pick<SceneOptions, 'absenceRules' | 'endRules'>,
  ) {}

  /** Starts everything, with one worker. */
  static async start({ way = 'sudo', absenceRules, endRules, ...options }: SceneOptions = {}): Promise<SlurmScene> {
    const [test, cluster] = await Promise.all([createTestDatabase(), startCluster(options)]);
    if (way === 'sudo') await cluster.installSudoers(SUDO_RULES(cluster.service.name));
    const host = way === 'ssh' ? { host: hostOf(await cluster.startSshd()) } : null;
    const scene = new SlurmScene(test, cluster, host, {
      ...(absenceRules === undefined ? {} : { absenceRules }),
      ...(endRules === undefined ? {} : { endRules }),
    });
    await scene.startWorker();
    return scene;
  }

  get database(): Database {
    return this.test.database;
  }

  /** A further worker; all of them reach the same cluster. */
  async startWorker(): Promise<TestWorker> {
    const { database, options } = this.test;
    const ssh = this.way === null ? null : clustersBySsh(database);
    const worker = await startTestWorker(options, {
      backendTypes: [this.way === null ? 'slurm_sudo' : 'slurm_ssh'],
      clusters: ssh === null ? clustersBySudo(database, this.cluster, this.lateness) : ssh.clusters,
      ...this.rules,
    });
    const stop = async (): Promise<void> => {
      await worker.stop();
      ssh?.close();
    };
    const own = { ...worker, stop };
    this.workers.push(own);
    return own;
  }

  /** Stops all workers: nobody looks at anything until another one is started. */
  async stopWorkers(): Promise<void> {
    for (const worker of this.workers.splice(0)) await worker.stop();
  }

  async stop(): Promise<void> {
    await this.stopWorkers();
    await this.cluster.stop();
    await this.test.close();
  }

  /** Submits a job of a user of its own. */
  async submit(parts: JobParts): Promise<SceneJob> {
    const { database, cluster } = this;
    const user = parts.user ?? cluster.users[0]!;
    const { images = ['a', 'b', 'c'], settings = {}, runnerConfig, python, person, pollInterval = 0, folderName = '' } = parts;
    const scratch = cluster.makeFolder(`scratch-${this.serial++}`, { owner: user });
    const tasks = typeof parts.tasks === 'function' ? parts.tasks(scratch) : parts.tasks;
    const local = await aWorkflow(database, { images: images.map(anImage), tasks, settings, ...(person === undefined ? {} : { person }) });
    const site = { user, pollInterval, folderName, ...(runnerConfig === undefined ? {} : { runnerConfig }) };
    const fixture =
      this.way === null
        ? await onSudoCluster(database, local, cluster, site)
        : await onSshCluster(database, local, cluster, { ...site, host: parts.sshd === undefined ? this.way.host : hostOf(parts.sshd) });
    const { resourceId } = fixture.person;
    if (python !== undefined)
      await database.execute('update resource set jobs_slurm_python_worker = $2 where id = $1', [resourceId, python]);
    const enter = async (): Promise<SceneJob> => {
      const id = await submit(database, fixture);
      const { slurmAccount = null, workerInit = null } = parts;
      await database.execute('update job set slurm_account = $2, worker_init = $3 where id = $1', [id, slurmAccount, workerInit]);
      return { id, datasetId: fixture.datasetId, user, resourceId, scratch, again: enter };
    };
    return enter();
  }

  /** The job's row when all is over, after a look that nothing of it is left anywhere. */
  async end({ id }: SceneJob): Promise<{ status: string; log: string | null; working_dir: string; working_dir_user: string }> {
    await waitForJob(this.database, id, PATIENT.deadlineMs);
    await this.expectNothingLeft(id);
    const [job] = await this.database.query<{ status: string; log: string | null; working_dir: string; working_dir_user: string }>(
      'select status, log, working_dir, working_dir_user from job where id = $1',
      [id],
    );
    return job!;
  }

  async cancel({ id }: SceneJob): Promise<void> {
    await this.database.transaction((tx) => requestCancel(tx, id));
  }

  /** Status of each unit, in order, and why it failed. */
  async units({ id }: SceneJob): Promise<{ status: string; why: string | null; hasWarnings: boolean }[]> {
    return this.database.query(
      `select u.status, coalesce(u.failure->>'text', u.failure->>'logTail') as why, u.has_warnings as "hasWarnings"
         from unit u join run r on r.id = u.run_id where r.job_id = $1 order by u.run_id, u.id`,
      [id],
    );
  }

  async statuses(job: SceneJob): Promise<string[]> {
    return (await this.units(job)).map(({ status }) => status);
  }

  /** All attempts at the job's batches, oldest first. */
  async attempts({ id }: SceneJob): Promise<{ id: number; name: string; state: string; slurmJobId: string | null; why: string | null }[]> {
    return this.database.query(
      `select a.id, a.name, a.state, a.slurm_job_id as "slurmJobId", a.outcome->>'reason' as why
         from attempt a join batch b on b.id = a.batch_id where b.job_id = $1 order by a.id`,
      [id],
    );
  }

  /** Urls and types of the dataset's images. */
  async images({ datasetId }: SceneJob): Promise<Record<string, Record<string, boolean>>> {
    const rows = await this.database.query<{ url: string; types: Map<string, boolean> }>(
      'select zarr_url as url, types from image where dataset_id = $1 order by position',
      [datasetId],
    );
    return Object.fromEntries(rows.map(({ url, types }) => [url, Object.fromEntries(types)]));
  }

  async executorError({ id }: SceneJob): Promise<string | null> {
    const [job] = await this.database.query<{ text: string | null }>('select executor_error_log as text from job where id = $1', [id]);
    return job?.text ?? null;
  }

  /** Messages of the job's log. */
  async log({ id }: SceneJob): Promise<string[]> {
    const rows = await this.database.query<{ message: string }>('select message from log_line where job_id = $1 order by id', [id]);
    return rows.map(({ message }) => message);
  }

  /** Why batches of the job wait. */
  async waitingReasons({ id }: SceneJob): Promise<string[]> {
    const rows = await this.database.query<{ reason: string }>(
      `select w.waiting_reason as reason from work w join batch b on w.kind = 'batch' and w.id = b.id
        where b.job_id = $1 and w.waiting_reason is not null order by b.id`,
      [id],
    );
    return rows.map(({ reason }) => reason);
  }

  /** Seconds for which nothing new was seen of the job in the queue; -1 before the first look. */
  async sightSeconds({ id }: SceneJob): Promise<number> {
    const [row] = await this.database.query<{ seconds: number }>(
      `select extract(epoch from s.asked_at - s.changed_at)::float8 as seconds from queue_sight s join attempt a on a.id = s.attempt_id
         join batch b on b.id = a.batch_id where b.job_id = $1`,
      [id],
    );
    return row?.seconds ?? -1;
  }

  /** Waits until a batch of the job waits for a reason like this one. */
  waitsFor(job: SceneJob, reason: RegExp): Promise<string> {
    const seen = new Set<string>();
    const wanted = async (): Promise<string | undefined> => {
      const reasons = await this.waitingReasons(job);
      reasons.forEach((text) => seen.add(text));
      return reasons.find((text) => reason.test(text));
    };
    return waitFor(`a wait for ${reason}`, wanted, PATIENT).catch((error: Error) => {
      throw new Error(`${error.message}; it waited for ${[...seen].join(', ') || 'nothing'}`);
    });
  }

  /** SLURM's id of the job's latest attempt, once its runner has the claim (`running`) or SLURM has answered. */
  slurmJob(job: SceneJob, state: 'submitted' | 'claimed' = 'claimed'): Promise<string> {
    return waitFor(
      `a SLURM job that is ${state}`,
      async () => {
        const attempt = (await this.attempts(job)).at(-1);
        return state === 'submitted' || attempt?.state === state ? attempt?.slurmJobId : null;
      },
      PATIENT,
    );
  }

  /** SIGKILL for the unit runner of the job's only attempt. */
  async killRunner({ id }: SceneJob): Promise<void> {
    const [owner] = await this.database.query<{ pid: number }>(
      `select (a.owner->>'pid')::integer as pid from attempt a join batch b on b.id = a.batch_id where b.job_id = $1`,
      [id],
    );
    process.kill(owner!.pid, 'SIGKILL');
  }

  /** Lines that units have left in a file of the scratch folder, once there are so many. */
  lines(path: string, count: number): Promise<string[]> {
    return waitFor(
      `${count} lines in ${path}`,
      async () => {
        const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(0, -1);
        return lines.length >= count ? lines : null;
      },
      PATIENT,
    );
  }

  /** Waits until so many units of the job have turned. */
  async unitsTurned(job: SceneJob, count: number): Promise<void> {
    await waitFor(
      `${count} units that turned`,
      async () => (await this.statuses(job)).filter((status) => status !== 'submitted').length >= count,
      PATIENT,
    );
  }

  /** Nothing of the job lives: no SLURM job, process, line of work, open attempt; and no SLURM job went without its accounting record. */
  private async expectNothingLeft(id: number): Promise<void> {
    const attempts = await this.attempts({ id } as SceneJob);
    const names = new Set(attempts.map(({ name }) => name));
    // SLURM cleans up behind a job for a moment after its runner's last word.
    await waitFor('SLURM to be done', async () => !(await this.cluster.liveJobs()).some(({ name }) => names.has(name)), PATIENT);
    expect(await findAttemptProcesses(this.database, id)).toEqual([]);
    expect(attempts.filter(({ state }) => state === 'named' || state === 'claimed')).toEqual([]);
    expect(
      await this.database.query(
        `select w.kind from work w left join batch b on w.kind = 'batch' and b.id = w.id where (w.kind = 'job' and w.id = $1) or b.job_id = $1`,
        [id],
      ),
    ).toEqual([]);
    const records = await this.database.query<{ ids: string[] }>(
      'select slurm_job_ids::text[] as ids from accounting_record_slurm where job_id = $1',
      [id],
    );
    const known = attempts.map(({ slurmJobId }) => slurmJobId).filter((slurmJobId) => slurmJobId !== null);
    expect(records.flatMap(({ ids }) => ids).sort()).toEqual(known.sort());
  }
}

function hostOf({ host, port }: Sshd): string {
  return `${host}:${port}`;
}
